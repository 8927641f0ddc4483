import {
  boolAttribute,
  integerAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringMapAttribute,
} from "../../framework/schema.ts";

const text = (description: string) => stringAttribute({ computed: true, description });
const flag = (description: string) => boolAttribute({ computed: true, description });

/** What the API returns of a volume beside its id. */
export const volumeAttributes = {
  name: text("Name of the volume."),
  description: text("Description of the volume."),
  size: integerAttribute({ computed: true, description: "Size of the volume, in GB." }),
  status: text("Status of the volume, for example `available` or `in_use`."),
  previous_status: text("Previous status of the volume."),
  is_root: flag(
    "Whether it is the root volume of an instance. Images can only be created from a root volume.",
  ),
  is_bootable: flag("Whether an instance can start from the volume."),
  is_encrypted: flag("Whether the volume is encrypted."),
  encryption_key_id: text("ID of the key that the volume is encrypted with."),
  volume_type: text("Type of the volume, for example `SSD`."),
  type: text("Detailed type of the volume."),
  availability_zone: text("Availability zone of the volume, for example `kr-central-2-a`."),
  attach_status: text("`attached` or `detached`."),
  mount_point: text("Device name of the volume in the instance, for example `/dev/vda`."),
  instance_id: text("ID of the instance that the volume is attached to."),
  instance_name: text("Name of the instance that the volume is attached to."),
  user_id: text("ID of the user who created the volume."),
  project_id: text("ID of the project."),
  metadata: stringMapAttribute({ computed: true, description: "User-defined metadata of the volume." }),
  image_metadata: singleNestedAttribute(
    {
      image_id: text("ID of the image."),
      image_name: text("Name of the image."),
      os_type: text("Operating system type, for example `linux`."),
      disk_format: text("Disk format of the image, for example `qcow2`."),
      container_format: text("Container format of the image, for example `bare`."),
      min_disk: text("Minimum disk size required to use the image, in GB."),
      min_ram: text("Minimum memory required to use the image, in MB."),
      size: text("Size of the image file, in bytes."),
    },
    { computed: true, description: "The image that the volume was created from; null for a data volume." },
  ),
  launched_at: text("Time when the volume was first used (ISO 8601)."),
  created_at: text("Time when the volume was created (ISO 8601, UTC)."),
  updated_at: text("Time when the volume was last modified (ISO 8601, UTC)."),
} as const;
