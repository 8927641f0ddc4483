import { formatTime, type TimeFormat } from "../../state/clock.ts";
import type { VolumeRecord } from "../volume/model.ts";

/** A machine type, as far as the API shows it inside an instance. */
export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly vcpus: number;
  readonly memory_mb: number;
}

/** An instance as the emulator keeps it; what it shows of volumes and its image is looked up for each request. */
export interface InstanceRecord {
  readonly id: string;
  name: string;
  description: string | null;
  hostname: string;
  flavor: Flavor;
  addresses: readonly { private_ip: string; public_ip: string | null; network_interface_id: string }[];
  /** The image object inside the instance, which has other field names than the image API's. */
  image: Readonly<Record<string, unknown>> | null;
  vm_state: string;
  task_state: string | null;
  power_state: string;
  status: string;
  user_id: string;
  project_id: string;
  key_name: string | null;
  availability_zone: string;
  instance_type: string;
  is_hyper_threading: boolean;
  is_hadoop: boolean;
  is_k8se: boolean;
  security_groups: readonly { id: string; name: string }[];
  createdMs: number;
  updatedMs: number;
}

/** The instance object of get and list responses. */
export type InstanceView = ReturnType<typeof viewInstance>;

/** The instance object of get and list responses, with its volumes in the order given. */
export function viewInstance(record: InstanceRecord, volumes: readonly VolumeRecord[], format: TimeFormat) {
  return {
    id: record.id,
    name: record.name,
    description: record.description,
    flavor: viewFlavor(record.flavor),
    addresses: record.addresses,
    is_hyper_threading: record.is_hyper_threading,
    is_hadoop: record.is_hadoop,
    is_k8se: record.is_k8se,
    image: record.image,
    vm_state: record.vm_state,
    task_state: record.task_state,
    power_state: record.power_state,
    status: record.status,
    user_id: record.user_id,
    project_id: record.project_id,
    key_name: record.key_name,
    hostname: record.hostname,
    availability_zone: record.availability_zone,
    attached_volumes: volumes.map((volume) => ({
      id: volume.id,
      name: volume.name,
      status: volume.status,
      mount_point: volume.mount_point,
      type: volume.type,
      size: volume.size,
      is_delete_on_termination: volume.is_delete_on_termination,
      created_at: formatTime(volume.createdMs, format),
      is_root: volume.is_root,
    })),
    attached_volume_count: volumes.length,
    security_groups: record.security_groups,
    security_group_count: record.security_groups.length,
    instance_type: record.instance_type,
    created_at: formatTime(record.createdMs, format),
    updated_at: formatTime(record.updatedMs, format),
  };
}

function viewFlavor(flavor: Flavor) {
  return {
    id: flavor.id,
    name: flavor.name,
    group: flavor.group,
    vcpus: flavor.vcpus,
    is_burstable: false,
    manufacturer: "AMD",
    memory_mb: flavor.memory_mb,
    root_gb: 0,
    disk_type: null,
    instance_family: "general-purpose",
    os_distro: ["ubuntu"],
    maximum_network_interfaces: 3,
    hw_type: null,
    hw_count: null,
    is_hyper_threading_supported: true,
    real_vcpus: flavor.vcpus,
  };
}
