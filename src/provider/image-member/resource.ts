import type { Resource } from "../../framework/resource.ts";
import {
  IMAGE_MEMBER_CREATE_TIMEOUT_MS,
  IMAGE_MEMBER_DELETE_TIMEOUT_MS,
  IMAGE_MEMBER_READ_TIMEOUT_MS,
  IMAGE_MEMBER_UPDATE_TIMEOUT_MS,
} from "../defaults.ts";
import type { Session } from "../session.ts";
import { createImageMember } from "./create.ts";
import { deleteImageMember } from "./delete.ts";
import { imageMemberIdentity } from "./identity.ts";
import { importImageMember } from "./import.ts";
import { planImageMember } from "./plan.ts";
import { readImageMember } from "./read.ts";
import { imageMemberSchema } from "./schema.ts";
import { updateImageMember } from "./update.ts";

/** `kakaocloud_image_member`: an image shared with other projects, for as long as the resource exists. */
export const imageMemberResource: Resource<typeof imageMemberSchema, Session> = {
  schema: imageMemberSchema,
  defaultTimeouts: {
    create: IMAGE_MEMBER_CREATE_TIMEOUT_MS,
    read: IMAGE_MEMBER_READ_TIMEOUT_MS,
    update: IMAGE_MEMBER_UPDATE_TIMEOUT_MS,
    delete: IMAGE_MEMBER_DELETE_TIMEOUT_MS,
  },
  modifyPlan: planImageMember,
  create: createImageMember,
  read: readImageMember,
  update: updateImageMember,
  delete: deleteImageMember,
  import: importImageMember,
  identity: imageMemberIdentity,
  movesFrom: [
    { provider: "kakaoenterprise/kakaocloud", typeName: "kakaocloud_image_member", schemaVersion: 0 },
  ],
};
