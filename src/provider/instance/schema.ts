import {
  boolAttribute,
  integerAttribute,
  listNestedAttribute,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringListAttribute,
} from "../../framework/schema.ts";

const text = (description: string) => stringAttribute({ computed: true, description });
const flag = (description: string) => boolAttribute({ computed: true, description });
const integer = (description: string) => integerAttribute({ computed: true, description });

const flavorAttributes = {
  id: text("ID of the flavor."),
  name: text("Name of the flavor, for example `m2a.large`."),
  group: text("Group of the flavor, for example `m2a`."),
  instance_family: text("Family of the flavor, for example `general-purpose`."),
  manufacturer: text("Manufacturer of the processor."),
  vcpus: integer("Number of virtual processors."),
  real_vcpus: integer("Number of virtual processors that are actually allocated."),
  memory_mb: integer("Memory, in MB."),
  root_gb: integer("Root disk that comes with the flavor, in GB."),
  disk_type: text("Type of the disk that comes with the flavor."),
  hw_type: text("Type of accelerator, for example GPU."),
  hw_count: integer("Number of accelerators."),
  is_burstable: flag("Whether the flavor is burstable."),
  is_hyper_threading_supported: flag("Whether the flavor supports hyper-threading."),
  maximum_network_interfaces: integer("How many network interfaces an instance can have."),
  os_distro: stringListAttribute({
    computed: true,
    description: "Operating system distributions that the flavor supports.",
  }),
};

const imageAttributes = {
  id: text("ID of the image."),
  name: text("Name of the image."),
  description: text("Description of the image."),
  owner: text("ID of the project that owns the image."),
  image_type: text("Type of image, for example `basic`."),
  instance_type: text("Compatible instance type: `vm`, `bm` or `gpu`."),
  status: text("Status of the image."),
  member_status: text(
    "Sharing status of an image that another project shares: `pending`, `accepted` or `rejected`.",
  ),
  size: integer("Size of the image file, in bytes."),
  min_disk: integer("Minimum disk size required to use the image, in GB."),
  min_memory: integer("Minimum memory required to use the image, in MB."),
  disk_format: text("Disk format of the image, for example `qcow2`."),
  is_windows: flag("Whether the operating system is Windows."),
  os_type: text("Operating system type, for example `linux`."),
  os_distro: text("Name of the distribution, for example `ubuntu`."),
  os_architecture: text("System architecture, for example `x86_64`."),
  os_admin: text("Default administrator account name."),
  created_at: text("Time when the image was created (ISO 8601, UTC)."),
  updated_at: text("Time when the image was last modified (ISO 8601, UTC)."),
};

const attachedVolumeAttributes = {
  id: text("ID of the volume."),
  name: text("Name of the volume."),
  is_root: flag("Whether it is the root volume. Images can only be created from a root volume."),
  mount_point: text("Device name of the volume in the instance, for example `/dev/vda`."),
  size: integer("Size of the volume, in GB."),
  status: text("Status of the volume."),
  type: text("Type of the volume."),
  is_delete_on_termination: flag("Whether the volume is deleted together with the instance."),
  created_at: text("Time when the volume was created (ISO 8601, UTC)."),
};

/** What the API returns of an instance beside its id. */
export const instanceAttributes = {
  name: text("Name of the instance."),
  description: text("Description of the instance."),
  hostname: text("Host name of the instance."),
  status: text("Status of the instance, for example `active`."),
  vm_state: text("State of the virtual machine."),
  task_state: text("Task in progress on the instance."),
  power_state: text("Power state, for example `RUNNING`."),
  instance_type: text("Instance type: `vm`, `bm` or `gpu`."),
  availability_zone: text("Availability zone of the instance, for example `kr-central-2-a`."),
  key_name: text("Name of the key pair."),
  is_hyper_threading: flag("Whether hyper-threading is on."),
  is_hadoop: flag("Whether the instance belongs to a Hadoop cluster."),
  is_k8se: flag("Whether the instance belongs to a Kubernetes Engine cluster."),
  flavor: singleNestedAttribute(flavorAttributes, {
    computed: true,
    description: "Flavor of the instance.",
  }),
  image: singleNestedAttribute(imageAttributes, {
    computed: true,
    description: "Image that the instance was created from.",
  }),
  addresses: listNestedAttribute(
    {
      private_ip: text("Private IPv4 address."),
      public_ip: text("Public IPv4 address."),
      network_interface_id: text("ID of the network interface."),
    },
    { computed: true, description: "Network addresses." },
  ),
  attached_volumes: listNestedAttribute(attachedVolumeAttributes, {
    computed: true,
    description:
      "The volumes, in the order of the API, which need not begin with the root volume. Select it: " +
      "`one([for v in attached_volumes : v.id if v.is_root])`.",
  }),
  attached_volume_count: integer("Number of volumes."),
  security_groups: setNestedAttribute(
    { id: text("ID of the security group."), name: text("Name of the security group.") },
    { computed: true, description: "Security groups of the instance." },
  ),
  security_group_count: integer("Number of security groups."),
  user_id: text("ID of the user who created the instance."),
  project_id: text("ID of the project."),
  created_at: text("Time when the instance was created (ISO 8601, UTC)."),
  updated_at: text("Time when the instance was last modified (ISO 8601, UTC)."),
} as const;
