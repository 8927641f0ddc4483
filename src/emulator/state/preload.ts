import type { ImageRecord, OsInfo } from "../api/image/model.ts";
import { PROVIDER_PROJECT } from "../api/project/model.ts";
import type { Settings } from "../settings.ts";
import { hash32, hex32, uuidFromHex } from "./random.ts";

/** Images that exist only as a number until somebody asks for one: 100 000 of them cost no memory. */
export interface Preload {
  readonly count: number;
  /** The image with this index (0 to count - 1), the same for the same seed. */
  at(index: number): ImageRecord;
  /** The index of an id, or undefined when the id isn't one of these. */
  indexOf(id: string): number | undefined;
}

/** Creation time of the image with index 0; each next one is a second younger. */
const FIRST_CREATED_MS = Date.UTC(2024, 0, 1);
const GIB = 2 ** 30;

const LINUX: OsInfo = {
  type: "LINUX",
  distro: "ubuntu",
  architecture: "x86_64",
  admin_user: "ubuntu",
  is_hidden: false,
};
const WINDOWS: OsInfo = { ...LINUX, type: "WINDOWS", distro: "windows", admin_user: "Administrator" };

/** Prepares the images that the preload settings describe. */
export function createPreload(settings: Readonly<Settings>): Preload {
  const { seed, preloadImages: count } = settings;
  // The last eight digits of the id hide the index, so that an id leads back to its image without a table.
  const mask = hash32(seed, "preload index");
  const idAt = (index: number) =>
    uuidFromHex(
      hex32(hash32(seed, "a", index)) +
        hex32(hash32(seed, "b", index)) +
        hex32(hash32(seed, "c", index)) +
        hex32(index ^ mask),
    );

  const at = (index: number): ImageRecord => {
    const percent = (purpose: string) => hash32(seed, purpose, index) % 100;
    const createdMs = FIRST_CREATED_MS + index * 1000;
    const minDisk = 10 + (hash32(seed, "disk", index) % 10) * 10;
    const ownership = pick(percent("ownership"), [
      ["public", settings.preloadPublicPercent],
      ["shared", settings.preloadSharedPercent],
    ]);
    const status = pick(percent("status"), [
      ["saving", settings.preloadSavingPercent],
      ["killed", settings.preloadKilledPercent],
      ["deactivated", settings.preloadDeactivatedPercent],
    ]);
    const member = {
      id: settings.project,
      createdMs,
      updatedMs: createdMs,
      visibleMs: createdMs,
      status: "accepted",
      removed: false,
    };
    return {
      id: idAt(index),
      origin: "preloaded",
      name: `img-${String(index).padStart(6, "0")}`,
      description: index % 3 === 0 ? "-" : `Image number ${index}`,
      owner: ownership === undefined ? settings.project : PROVIDER_PROJECT,
      public: ownership === "public",
      disk_format: index % 4 === 0 ? "raw" : "qcow2",
      container_format: "bare",
      min_disk: minDisk,
      min_ram: 0,
      size: minDisk * 100_000_000 + (hash32(seed, "size", index) % 100_000_000),
      virtual_size: minDisk * GIB,
      instance_type:
        pick(percent("type"), [
          ["bm", settings.preloadBmPercent],
          ["gpu", settings.preloadGpuPercent],
        ]) ?? "vm",
      os_info: percent("os") < 15 ? WINDOWS : LINUX,
      sourceVolume: null,
      createdMs,
      changedMs: createdMs,
      timeline: [{ status: status ?? "active", atMs: createdMs }],
      members: ownership === "shared" ? [member] : [],
      visibleMs: 0,
      unsteadyUntilMs: 0,
      unsteadyReads: 0,
    };
  };

  return {
    count,
    at,
    indexOf: (id) => {
      const index = (Number.parseInt(id.slice(28), 16) ^ mask) >>> 0;
      return index < count && idAt(index) === id ? index : undefined;
    },
  };
}

/** Picks by percentage: the first entry whose range holds the number, else undefined. */
function pick<T>(percent: number, shares: readonly (readonly [T, number])[]): T | undefined {
  let upTo = 0;
  for (const [value, share] of shares) {
    upTo += share;
    if (percent < upTo) return value;
  }
  return undefined;
}
