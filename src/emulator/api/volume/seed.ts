import * as v from "valibot";
import { flag, integerIn, objectOf, text, time } from "../../input.ts";
import type { World } from "../../state/world.ts";
import { LINUX, osInfo } from "../os-info.ts";
import { USER } from "../project/model.ts";
import { seedTime } from "../seed-time.ts";
import { imageMetadata, type VolumeRecord } from "./model.ts";

/** What callers may set of a volume. */
export const volumeSeed = objectOf({
  id: v.exactOptional(text(1)),
  size: v.exactOptional(integerIn(0, 2 ** 31 - 1)),
  status: v.exactOptional(text()),
  name: v.exactOptional(text()),
  description: v.exactOptional(v.nullable(text())),
  is_bootable: v.exactOptional(flag),
  mount_point: v.exactOptional(v.nullable(text())),
  metadata: v.exactOptional(v.record(text(), text(), "a JSON object of strings")),
  is_encrypted: v.exactOptional(flag),
  is_root: v.exactOptional(flag),
  type: v.exactOptional(text()),
  project_id: v.exactOptional(text(1)),
  availability_zone: v.exactOptional(text()),
  encryption_key_id: v.exactOptional(v.nullable(text())),
  instance_id: v.exactOptional(v.nullable(text())),
  instance_type: v.exactOptional(text()),
  image_metadata: v.exactOptional(v.nullable(imageMetadata)),
  os_info: v.exactOptional(v.nullable(osInfo)),
  is_delete_on_termination: v.exactOptional(flag),
  created_at: v.exactOptional(time()),
});
/** What callers may set of a volume. */
export type VolumeSeed = v.InferOutput<typeof volumeSeed>;

/** Adds a volume, or changes the one with this ID. */
export function seedVolume(world: World, seed: VolumeSeed): VolumeRecord {
  const { created_at, ...given } = seed;
  const before = given.id === undefined ? undefined : world.volumes.get(given.id);
  const createdMs = created_at === undefined && before ? before.createdMs : seedTime(world, created_at);
  const root = given.is_root ?? false;
  const record: VolumeRecord = {
    ...(before ?? {
      id: world.random.ids.uuid(),
      size: 20,
      status: given.instance_id ? "in_use" : "available",
      name: root ? "seeded-root" : "seeded-volume",
      description: null,
      is_bootable: root,
      mount_point: given.instance_id ? (root ? "/dev/vda" : "/dev/vdb") : null,
      metadata: {},
      is_encrypted: false,
      is_root: false,
      type: "SSD",
      project_id: world.settings.project,
      user_id: USER.id,
      availability_zone: "kr-central-2-a",
      encryption_key_id: null,
      instance_id: null,
      instance_type: "vm",
      image_metadata: root ? ubuntuMetadata(given.size ?? 20) : null,
      os_info: root ? LINUX : null,
      is_delete_on_termination: root,
      imageIds: [],
    }),
    ...given,
    createdMs,
    updatedMs: before ? world.clock.now() : createdMs,
  };
  world.volumes.set(record.id, record);
  return record;
}

function ubuntuMetadata(size: number) {
  return {
    container_format: "bare",
    disk_format: "qcow2",
    image_id: "00000000-0000-4000-8000-000000000201",
    image_name: "Ubuntu 22.04",
    min_disk: String(Math.min(10, size)),
    os_type: "linux",
    min_ram: "0",
    size: "684523520",
  };
}
