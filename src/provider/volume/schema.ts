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
  previous_status: text("Status of the volume before this one."),
  is_root: flag("Whether it is the root volume of an instance, from which an image can be created."),
  is_bootable: flag("Whether an instance can start from the volume."),
  is_encrypted: flag("Whether the volume is encrypted."),
  encryption_key_id: text("Id of the key that the volume is encrypted with."),
  volume_type: text("Type of the volume, for example `SSD`."),
  type: text("Type of the volume in detail."),
  availability_zone: text("Availability zone of the volume, for example `kr-central-2-a`."),
  attach_status: text("`attached` or `detached`."),
  mount_point: text("Where the instance sees the volume, for example `/dev/vda`."),
  instance_id: text("Id of the instance that the volume is attached to."),
  instance_name: text("Name of the instance that the volume is attached to."),
  user_id: text("Id of the user who created the volume."),
  project_id: text("Id of the project."),
  metadata: stringMapAttribute({ computed: true, description: "Metadata that users gave the volume." }),
  image_metadata: singleNestedAttribute(
    {
      image_id: text("Id of the image."),
      image_name: text("Name of the image."),
      os_type: text("Type of operating system, for example `linux`."),
      disk_format: text("Format of the disk, for example `qcow2`."),
      container_format: text("Format of the container, for example `bare`."),
      min_disk: text("Smallest disk that the image fits on, in GB."),
      min_ram: text("Smallest memory that the image needs, in MB."),
      size: text("Size of the image file, in bytes."),
    },
    { computed: true, description: "The image that the volume was created from; null for a data volume." },
  ),
  launched_at: text("When the volume was first used (ISO 8601)."),
  created_at: text("When the volume was created (ISO 8601, UTC)."),
  updated_at: text("When the volume last changed (ISO 8601, UTC)."),
} as const;
