import { type Collection, createCollection, type Filters } from "./collection.ts";
import {
  flag,
  identifier,
  integer,
  integer64,
  listOf,
  looseText,
  nullable,
  type Read,
  record,
  text,
  time,
} from "./json.ts";
import type { Request } from "./request.ts";

const readFlavor = record({
  id: text,
  name: text,
  group: text,
  vcpus: integer,
  is_burstable: flag,
  manufacturer: text,
  memory_mb: integer,
  root_gb: integer,
  disk_type: text,
  instance_family: text,
  os_distro: listOf(looseText),
  maximum_network_interfaces: integer,
  hw_type: text,
  hw_count: integer,
  is_hyper_threading_supported: flag,
  real_vcpus: integer,
});

const readInstanceImage = record({
  id: text,
  name: text,
  description: text,
  owner: text,
  is_windows: flag,
  /** Bytes. */
  size: integer64,
  status: text,
  image_type: text,
  disk_format: text,
  instance_type: text,
  member_status: text,
  /** GB. */
  min_disk: integer,
  /** MB. */
  min_memory: integer,
  os_admin: text,
  os_distro: text,
  os_type: text,
  os_architecture: text,
  created_at: time,
  updated_at: time,
});

const readAttachedVolume = record({
  id: text,
  name: text,
  status: text,
  mount_point: text,
  type: text,
  /** GB. */
  size: integer,
  is_delete_on_termination: flag,
  created_at: time,
  is_root: flag,
});

const readInstance = record({
  id: identifier,
  name: text,
  description: text,
  flavor: nullable(readFlavor),
  addresses: listOf(record({ private_ip: text, public_ip: text, network_interface_id: text })),
  is_hyper_threading: flag,
  is_hadoop: flag,
  is_k8se: flag,
  image: nullable(readInstanceImage),
  vm_state: text,
  task_state: text,
  power_state: text,
  status: text,
  user_id: text,
  project_id: text,
  key_name: text,
  hostname: text,
  availability_zone: text,
  /** In the server's order, which is not promised to put the root volume first. */
  attached_volumes: listOf(readAttachedVolume),
  attached_volume_count: integer64,
  security_groups: listOf(record({ id: text, name: text })),
  security_group_count: integer64,
  instance_type: text,
  created_at: time,
  updated_at: time,
});

/** An instance, with the API's own field names; everything but the id may be null, missing lists included. */
export type Instance = Read<typeof readInstance>;

/** The filters of the instance list, with the API's own names; they are sent as given. */
export type InstanceQuery = Filters<
  | "id"
  | "name"
  | "vm_state"
  | "flavor_name"
  | "image_name"
  | "private_ip"
  | "public_ip"
  | "availability_zone"
  | "instance_type"
  | "status"
  | "user_id"
  | "hostname"
  | "os_type"
  | "is_hadoop"
  | "is_k8se"
  | "created_at"
  | "updated_at"
>;

/** The instances of a project, to read. */
export type InstancesApi = Collection<Instance, InstanceQuery>;

/** The instance API over an authenticated request. */
export function createInstancesApi(request: Request): InstancesApi {
  return createCollection(request, "bcs", "Instance", readInstance);
}
