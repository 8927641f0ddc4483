import type * as v from "valibot";
import { objectOf, text } from "../../input.ts";
import { formatTime, type TimeFormat } from "../../state/clock.ts";
import type { OsInfo } from "../os-info.ts";

/** What a bootable volume was created from; the API sends every value as a text. */
export const imageMetadata = objectOf({
  container_format: text(),
  disk_format: text(),
  image_id: text(),
  image_name: text(),
  min_disk: text(),
  os_type: text(),
  min_ram: text(),
  size: text(),
});
/** What a bootable volume was created from. */
export type ImageMetadata = Readonly<v.InferOutput<typeof imageMetadata>>;

/** A volume as the emulator keeps it; snake case fields are the API's. */
export interface VolumeRecord {
  readonly id: string;
  size: number;
  status: string;
  name: string;
  description: string | null;
  is_bootable: boolean;
  mount_point: string | null;
  metadata: Readonly<Record<string, string>>;
  is_encrypted: boolean;
  is_root: boolean;
  type: string;
  project_id: string;
  user_id: string;
  availability_zone: string;
  encryption_key_id: string | null;
  instance_id: string | null;
  instance_type: string;
  image_metadata: ImageMetadata | null;
  os_info: OsInfo | null;
  createdMs: number;
  updatedMs: number;
  is_delete_on_termination: boolean;
  /** Images created from it that may still be pending. */
  imageIds: string[];
}

/** The volume object of get and list responses. */
export type VolumeView = ReturnType<typeof viewVolume>;

/** The volume object of get and list responses; a busy volume shows `uploading` and, as previous_status, its own. */
export function viewVolume(
  record: VolumeRecord,
  instanceName: string | null,
  busy: boolean,
  format: TimeFormat,
) {
  return {
    id: record.id,
    size: record.size,
    status: busy ? "uploading" : record.status,
    name: record.name,
    description: record.description,
    is_bootable: record.is_bootable,
    mount_point: record.mount_point,
    metadata: record.metadata,
    is_encrypted: record.is_encrypted,
    is_root: record.is_root,
    type: record.type,
    user_id: record.user_id,
    project_id: record.project_id,
    availability_zone: record.availability_zone,
    attach_status: record.instance_id === null ? "detached" : "attached",
    launched_at: formatTime(record.createdMs, format),
    encryption_key_id: record.encryption_key_id,
    previous_status: busy ? record.status : null,
    created_at: formatTime(record.createdMs, format),
    updated_at: formatTime(record.updatedMs, format),
    instance_id: record.instance_id,
    instance_name: instanceName,
    image_metadata: record.image_metadata,
    volume_type: record.type,
  };
}
