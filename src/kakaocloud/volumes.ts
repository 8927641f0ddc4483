import { type Collection, createCollection, type Filters } from "./collection.ts";
import {
  flag,
  identifier,
  integer,
  looseText,
  nullable,
  type Read,
  record,
  text,
  textMap,
  time,
} from "./json.ts";
import type { Request } from "./request.ts";

const readVolume = record({
  id: identifier,
  name: text,
  description: text,
  availability_zone: text,
  status: text,
  mount_point: text,
  volume_type: text,
  type: text,
  /** GB. */
  size: integer,
  is_root: flag,
  is_encrypted: flag,
  is_bootable: flag,
  user_id: text,
  project_id: text,
  attach_status: text,
  encryption_key_id: text,
  previous_status: text,
  instance_id: text,
  instance_name: text,
  metadata: textMap,
  image_metadata: nullable(
    record({
      container_format: looseText,
      disk_format: looseText,
      image_id: looseText,
      image_name: looseText,
      min_disk: looseText,
      os_type: looseText,
      min_ram: looseText,
      size: looseText,
    }),
  ),
  launched_at: time,
  created_at: time,
  updated_at: time,
});

/** A volume, with the API's own field names; everything but the id may be null. */
export type Volume = Read<typeof readVolume>;

/** The filters of the volume list, with the API's own names; they are sent as given. */
export type VolumeQuery = Filters<
  | "id"
  | "name"
  | "status"
  | "instance_id"
  | "mount_point"
  | "type"
  | "size"
  | "availability_zone"
  | "instance_name"
  | "volume_type"
  | "attach_status"
  | "is_bootable"
  | "is_encrypted"
  | "is_root"
  | "created_at"
  | "updated_at"
>;

/** The volumes of a project, to read. */
export type VolumesApi = Collection<Volume, VolumeQuery>;

/** The volume API over an authenticated request. */
export function createVolumesApi(request: Request): VolumesApi {
  return createCollection(request, "volume", "Volume", readVolume);
}
