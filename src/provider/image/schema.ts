import { keepWhileUnknown, requiresReplaceIf, useStateForUnknown } from "../../framework/plan-modifiers.ts";
import {
  boolAttribute,
  integerAttribute,
  type Schema,
  singleNestedAttribute,
  stringAttribute,
} from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { keepSameId } from "../same-ids.ts";
import { possibleName, uuid } from "../validators.ts";

/** Computed by the API and kept in plans: what does not change, and what Terraform does not change. */
const computed = { computed: true, planModifiers: [useStateForUnknown] } as const;

/** What the API returns of an image; the same for the resource and the data sources. */
export const imageAttributes = {
  size: integerAttribute({ ...computed, description: "Size of the image file, in bytes." }),
  status: stringAttribute({ ...computed, description: "Status of the image, for example `active`." }),
  owner: stringAttribute({ ...computed, description: "ID of the project that owns the image." }),
  visibility: stringAttribute({
    ...computed,
    description:
      "Visibility of the image: `public` (all users), `private` (only its project) or `shared` (also selected projects).",
  }),
  is_shared: boolAttribute({ ...computed, description: "Whether the image is shared with other projects." }),
  disk_format: stringAttribute({
    ...computed,
    description: "Disk format of the image, for example `qcow2`.",
  }),
  container_format: stringAttribute({
    ...computed,
    description: "Container format of the image, for example `bare`.",
  }),
  min_disk: integerAttribute({
    ...computed,
    description: "Minimum disk size required to use the image, in GB.",
  }),
  min_ram: integerAttribute({ ...computed, description: "Minimum memory required to use the image, in MB." }),
  virtual_size: integerAttribute({ ...computed, description: "Virtual size of the image's disk, in bytes." }),
  instance_type: stringAttribute({
    ...computed,
    description: "Compatible instance type: `vm`, `bm` or `gpu`.",
  }),
  image_member_status: stringAttribute({
    ...computed,
    description:
      "Sharing status of an image that another project shares: `pending`, `accepted` or `rejected`.",
  }),
  project_id: stringAttribute({ ...computed, description: "ID of the project." }),
  created_at: stringAttribute({
    ...computed,
    description: "Time when the image was created (ISO 8601, UTC).",
  }),
  updated_at: stringAttribute({
    computed: true,
    description: "Time when the image was last modified (ISO 8601, UTC).",
  }),
  os_info: singleNestedAttribute(
    {
      type: stringAttribute({
        computed: true,
        description: "Operating system type, for example `LINUX`.",
      }),
      distro: stringAttribute({
        computed: true,
        description: "Name of the distribution, for example `ubuntu`.",
      }),
      architecture: stringAttribute({
        computed: true,
        description: "System architecture, for example `x86_64`.",
      }),
      admin_user: stringAttribute({ computed: true, description: "Default administrator account name." }),
      is_hidden: boolAttribute({ computed: true, description: "Whether the image is hidden." }),
    },
    { ...computed, description: "Operating system information of the image." },
  ),
} as const;

/** `kakaocloud_image`: an image created from a volume. */
export const imageSchema = {
  version: 0,
  description: "Creates an image from a root volume and manages it.",
  attributes: {
    id: stringAttribute({ ...computed, description: "ID of the image." }),
    name: stringAttribute({ required: true, description: "Name of the image.", validators: [possibleName] }),
    description: stringAttribute({
      optional: true,
      ...computed,
      description:
        "Description of the image. Removing it from the configuration keeps the image's description.",
    }),
    volume_id: stringAttribute({
      optional: true,
      description:
        "ID of the root volume that the image is created from. Required to create an image, not to manage an imported one. " +
        "Changing it replaces the image.",
      validators: [uuid],
      // An imported image has no volume in its state: the configured one is then adopted. Taking the attribute out of
      // the configuration is no reason either to destroy an image.
      planModifiers: [
        keepSameId,
        keepWhileUnknown,
        requiresReplaceIf(({ prior, planned }) => prior !== null && planned !== null),
      ],
    }),
    ...imageAttributes,
    timeouts: timeoutsAttribute("create", "read", "update", "delete"),
  },
} satisfies Schema;
