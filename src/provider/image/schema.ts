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
  owner: stringAttribute({ ...computed, description: "Id of the project that owns the image." }),
  visibility: stringAttribute({
    ...computed,
    description:
      "Who can see the image: `public` everybody, `private` its project, `shared` the projects it is shared with.",
  }),
  is_shared: boolAttribute({ ...computed, description: "Whether the image is shared with other projects." }),
  disk_format: stringAttribute({ ...computed, description: "Format of the disk, for example `qcow2`." }),
  container_format: stringAttribute({
    ...computed,
    description: "Format of the container, for example `bare`.",
  }),
  min_disk: integerAttribute({ ...computed, description: "Smallest disk that the image fits on, in GB." }),
  min_ram: integerAttribute({ ...computed, description: "Smallest memory that the image needs, in MB." }),
  virtual_size: integerAttribute({ ...computed, description: "Size of the disk in the image, in bytes." }),
  instance_type: stringAttribute({
    ...computed,
    description: "Kind of instance that the image is for: `vm`, `bm` or `gpu`.",
  }),
  image_member_status: stringAttribute({
    ...computed,
    description: "For an image shared by another project: `pending`, `accepted` or `rejected`.",
  }),
  project_id: stringAttribute({ ...computed, description: "Id of the project." }),
  created_at: stringAttribute({ ...computed, description: "When the image was created (ISO 8601, UTC)." }),
  updated_at: stringAttribute({
    computed: true,
    description: "When the image last changed (ISO 8601, UTC).",
  }),
  os_info: singleNestedAttribute(
    {
      type: stringAttribute({
        computed: true,
        description: "Type of operating system, for example `LINUX`.",
      }),
      distro: stringAttribute({ computed: true, description: "Distribution, for example `ubuntu`." }),
      architecture: stringAttribute({ computed: true, description: "Architecture, for example `x86_64`." }),
      admin_user: stringAttribute({ computed: true, description: "Name of the default administrator." }),
      is_hidden: boolAttribute({ computed: true, description: "Whether the image is hidden." }),
    },
    { ...computed, description: "The operating system on the image." },
  ),
} as const;

/** `kakaocloud_image`: an image created from a volume. */
export const imageSchema = {
  version: 0,
  description: "An image created from a root volume.",
  attributes: {
    id: stringAttribute({ ...computed, description: "Id of the image." }),
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
        "Id of the root volume that the image is created from; needed to create an image, not to manage an imported one. " +
        "Another volume means another image.",
      validators: [uuid],
      // An imported image has no remembered volume: the configured one is then adopted. Taking the attribute out of
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
