import { requiresReplace } from "../../framework/plan-modifiers.ts";
import {
  boolAttribute,
  listNestedAttribute,
  type Schema,
  stringAttribute,
  stringSetAttribute,
} from "../../framework/schema.ts";
import { timeoutsAttribute } from "../../framework/timeouts.ts";
import { eachElement } from "../../framework/validators.ts";
import { keepSameId, keepSameIds } from "../same-ids.ts";
import { projectId, uuid } from "../validators.ts";

const text = (description: string) => stringAttribute({ computed: true, description });

/** `members`: everybody an image is shared with; the same for the resource and the data source. */
export const membersAttribute = listNestedAttribute(
  {
    id: text("Id of the project."),
    image_id: text("Id of the image."),
    status: text("What the project decided about the share: `pending`, `accepted` or `rejected`."),
    is_shared: boolAttribute({ computed: true, description: "Whether the share is in force." }),
    created_at: text("When the image was shared (ISO 8601, UTC)."),
    updated_at: text("When the share last changed (ISO 8601, UTC)."),
  },
  {
    computed: true,
    description:
      "Every project that the image is shared with, in the order of the API, also those shared elsewhere.",
  },
);

/** `kakaocloud_image_member`: an image shared with other projects. */
export const imageMemberSchema = {
  version: 0,
  description:
    "Shares an image with other projects. Only the projects in `shared_member_ids` are managed: what is shared elsewhere stays.",
  attributes: {
    id: stringAttribute({
      required: true,
      description: "Id of the image to share. Another image means that this one is no longer shared.",
      validators: [uuid],
      planModifiers: [keepSameId, requiresReplace],
    }),
    shared_member_ids: stringSetAttribute({
      required: true,
      description: "Ids of the projects to share with: 32 hexadecimal digits each, in any case.",
      validators: [eachElement(projectId)],
      planModifiers: [keepSameIds],
    }),
    members: membersAttribute,
    timeouts: timeoutsAttribute("create", "read", "update", "delete"),
  },
} satisfies Schema;
