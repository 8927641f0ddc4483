import { ORDINARY_IMAGE } from "../api/image/model.ts";
import { LINUX, type OsInfo, WINDOWS } from "../api/os-info.ts";
import { createRandom } from "./random.ts";
import type { World } from "./world.ts";

/** Creation time of the image with index 0; each next one is a second younger. */
const FIRST_CREATED_MS = Date.UTC(2024, 0, 1);
const GIB = 2 ** 30;
const OPERATING_SYSTEMS: readonly OsInfo[] = [LINUX, LINUX, LINUX, LINUX, LINUX, WINDOWS];

/** Adds as many images of the caller's project as the setting `preloadImages` says, the same for the same seed. */
export function preloadImages(world: World): void {
  const { preloadImages: count, project, seed } = world.settings;
  const random = createRandom(seed, "preload");
  for (let index = 0; index < count; index++) {
    const createdMs = FIRST_CREATED_MS + index * 1000;
    const minDisk = 10 * random.int(1, 10);
    world.images.add({
      ...ORDINARY_IMAGE,
      id: random.uuid(),
      origin: "preloaded",
      name: `img-${String(index).padStart(6, "0")}`,
      description: index % 3 === 0 ? "-" : `Image number ${index}`,
      owner: project,
      disk_format: index % 4 === 0 ? "raw" : "qcow2",
      min_disk: minDisk,
      size: minDisk * 100_000_000 + random.int(0, 99_999_999),
      virtual_size: minDisk * GIB,
      os_info: OPERATING_SYSTEMS[index % OPERATING_SYSTEMS.length] ?? LINUX,
      createdMs,
      changedMs: createdMs,
      timeline: [{ status: "active", atMs: createdMs }],
      members: [],
    });
  }
}
