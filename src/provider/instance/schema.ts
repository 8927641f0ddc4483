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
  id: text("Id of the flavor."),
  name: text("Name of the flavor, for example `m2a.large`."),
  group: text("Group of the flavor, for example `m2a`."),
  instance_family: text("Family of the flavor, for example `general-purpose`."),
  manufacturer: text("Maker of the processor."),
  vcpus: integer("Number of virtual processors."),
  real_vcpus: integer("Number of virtual processors that are really allotted."),
  memory_mb: integer("Memory, in MB."),
  root_gb: integer("Root disk that comes with the flavor, in GB."),
  disk_type: text("Type of the disk that comes with the flavor."),
  hw_type: text("Kind of extra hardware, for example GPU."),
  hw_count: integer("Number of pieces of extra hardware."),
  is_burstable: flag("Whether the flavor is burstable."),
  is_hyper_threading_supported: flag("Whether the flavor supports hyper-threading."),
  maximum_network_interfaces: integer("How many network interfaces an instance can have."),
  os_distro: stringListAttribute({
    computed: true,
    description: "Distributions that the flavor is meant for.",
  }),
};

const imageAttributes = {
  id: text("Id of the image."),
  name: text("Name of the image."),
  description: text("Description of the image."),
  owner: text("Id of the project that owns the image."),
  image_type: text("Kind of image, for example `basic`."),
  instance_type: text("Kind of instance that the image is for: `vm`, `bm` or `gpu`."),
  status: text("Status of the image."),
  member_status: text("For an image shared by another project: `pending`, `accepted` or `rejected`."),
  size: integer("Size of the image file, in bytes."),
  min_disk: integer("Smallest disk that the image fits on, in GB."),
  min_memory: integer("Smallest memory that the image needs, in MB."),
  disk_format: text("Format of the disk, for example `qcow2`."),
  is_windows: flag("Whether the operating system is Windows."),
  os_type: text("Type of operating system, for example `linux`."),
  os_distro: text("Distribution, for example `ubuntu`."),
  os_architecture: text("Architecture, for example `x86_64`."),
  os_admin: text("Name of the default administrator."),
  created_at: text("When the image was created (ISO 8601, UTC)."),
  updated_at: text("When the image last changed (ISO 8601, UTC)."),
};

const attachedVolumeAttributes = {
  id: text("Id of the volume."),
  name: text("Name of the volume."),
  is_root: flag("Whether it is the root volume, from which an image can be created."),
  mount_point: text("Where the instance sees the volume, for example `/dev/vda`."),
  size: integer("Size of the volume, in GB."),
  status: text("Status of the volume."),
  type: text("Type of the volume."),
  is_delete_on_termination: flag("Whether the volume is deleted together with the instance."),
  created_at: text("When the volume was created (ISO 8601, UTC)."),
};

/** What the API returns of an instance beside its id. */
export const instanceAttributes = {
  name: text("Name of the instance."),
  description: text("Description of the instance."),
  hostname: text("Host name of the instance."),
  status: text("Status of the instance, for example `active`."),
  vm_state: text("State of the virtual machine."),
  task_state: text("What is being done with the instance."),
  power_state: text("Power state, for example `RUNNING`."),
  instance_type: text("Kind of instance: `vm`, `bm` or `gpu`."),
  availability_zone: text("Availability zone of the instance, for example `kr-central-2-a`."),
  key_name: text("Name of the key pair."),
  is_hyper_threading: flag("Whether hyper-threading is on."),
  is_hadoop: flag("Whether the instance belongs to a Hadoop cluster."),
  is_k8se: flag("Whether the instance belongs to a Kubernetes Engine cluster."),
  flavor: singleNestedAttribute(flavorAttributes, {
    computed: true,
    description: "The size of the instance.",
  }),
  image: singleNestedAttribute(imageAttributes, {
    computed: true,
    description: "The image that the instance was created from.",
  }),
  addresses: listNestedAttribute(
    {
      private_ip: text("Private IPv4 address."),
      public_ip: text("Public IPv4 address."),
      network_interface_id: text("Id of the network interface."),
    },
    { computed: true, description: "The network addresses." },
  ),
  attached_volumes: listNestedAttribute(attachedVolumeAttributes, {
    computed: true,
    description:
      "The volumes, in the order of the API, which need not begin with the root volume. Select it: " +
      "`one([for v in attached_volumes : v.id if v.is_root])`.",
  }),
  attached_volume_count: integer("Number of volumes."),
  security_groups: setNestedAttribute(
    { id: text("Id of the security group."), name: text("Name of the security group.") },
    { computed: true, description: "The security groups." },
  ),
  security_group_count: integer("Number of security groups."),
  user_id: text("Id of the user who created the instance."),
  project_id: text("Id of the project."),
  created_at: text("When the instance was created (ISO 8601, UTC)."),
  updated_at: text("When the instance last changed (ISO 8601, UTC)."),
} as const;
