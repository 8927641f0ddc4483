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
    id: text("ID of the project."),
    image_id: text("ID of the image."),
    status: text("Decision of the project about the share: `pending`, `accepted` or `rejected`."),
    is_shared: boolAttribute({
      computed: true,
      description: "Whether the image is shared with the project.",
    }),
    created_at: text("Time when the image was shared (ISO 8601, UTC)."),
    updated_at: text("Time when the share was last modified (ISO 8601, UTC)."),
  },
  {
    computed: true,
    description: "All projects that the image is shared with, including those outside `shared_member_ids`.",
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
      description: "ID of the image to share. Changing it ends the shares of the previous image.",
      validators: [uuid],
      planModifiers: [keepSameId, requiresReplace],
    }),
    shared_member_ids: stringSetAttribute({
      required: true,
      description: "IDs of the projects to share with, 32 hexadecimal digits each.",
      validators: [eachElement(projectId)],
      planModifiers: [keepSameIds],
    }),
    members: membersAttribute,
    timeouts: timeoutsAttribute("create", "read", "update", "delete"),
  },
} satisfies Schema;
