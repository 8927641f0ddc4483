import * as v from "valibot";
import { integerIn, listOf, objectOf, oneOf, text, time } from "../../input.ts";
import type { World } from "../../state/world.ts";
import { osInfo } from "../os-info.ts";
import { seedTime } from "../seed-time.ts";
import { type ImageRecord, ORDINARY_IMAGE } from "./model.ts";

const GIB = 2 ** 30;
const bytes = () => integerIn(0, Number.MAX_SAFE_INTEGER);
const int32 = () => integerIn(0, 2 ** 31 - 1);

/** What callers may set of an image that they add; everything else gets its default. */
export const imageSeed = objectOf({
  id: v.exactOptional(text(1)),
  name: v.exactOptional(text()),
  description: v.exactOptional(v.nullable(text())),
  owner: v.exactOptional(text(1)),
  disk_format: v.exactOptional(text()),
  container_format: v.exactOptional(text()),
  min_disk: v.exactOptional(int32()),
  min_ram: v.exactOptional(int32()),
  size: v.exactOptional(bytes()),
  virtual_size: v.exactOptional(bytes()),
  instance_type: v.exactOptional(v.nullable(text())),
  os_info: v.exactOptional(v.nullable(osInfo)),
  visibility: v.exactOptional(oneOf(["private", "public"])),
  /** The status it has and keeps; `active` by default. */
  status: v.exactOptional(v.nullable(text())),
  /** Projects it is shared with. */
  members: v.exactOptional(listOf(objectOf({ id: text(1), status: v.exactOptional(text()) }))),
  created_at: v.exactOptional(time()),
});
/** What callers may set of an image. */
export type ImageSeed = v.InferOutput<typeof imageSeed>;

/** Adds an image. Adding an ID again replaces the image. */
export function seedImage(world: World, seed: ImageSeed): ImageRecord {
  const { visibility, status, members, created_at, ...given } = seed;
  const createdMs = seedTime(world, created_at);
  const minDisk = given.min_disk ?? 20;
  const record: ImageRecord = {
    ...ORDINARY_IMAGE,
    id: world.random.ids.uuid(),
    origin: "seeded",
    name: "seeded-image",
    owner: world.settings.project,
    min_disk: minDisk,
    size: 684_523_520,
    virtual_size: minDisk * GIB,
    ...given,
    public: visibility === "public",
    createdMs,
    changedMs: createdMs,
    timeline: [{ status: status === undefined ? "active" : status, atMs: createdMs }],
    members: (members ?? []).map((member) => ({
      id: member.id,
      createdMs,
      updatedMs: createdMs,
      visibleMs: createdMs,
      status: member.status ?? "pending",
      removed: false,
    })),
  };
  world.images.add(record);
  return record;
}
