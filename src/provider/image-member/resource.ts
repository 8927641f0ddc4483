import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import type { Resource } from "../../framework/resource.ts";
import {
  IMAGE_MEMBER_CREATE_TIMEOUT_MS,
  IMAGE_MEMBER_DELETE_TIMEOUT_MS,
  IMAGE_MEMBER_READ_TIMEOUT_MS,
  IMAGE_MEMBER_UPDATE_TIMEOUT_MS,
} from "../defaults.ts";
import type { Session } from "../session.ts";
import { isUuid } from "../validators.ts";
import { planImageMember } from "./plan.ts";
import { readImageMember } from "./read.ts";
import { createImageMember, deleteImageMember, updateImageMember } from "./reconcile.ts";
import { imageMemberSchema } from "./schema.ts";

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
  import(id) {
    if (isUuid(id)) return { id: id.toLowerCase() };
    throw new DiagnosticError(
      errorDiagnostic(
        "Invalid Import Id",
        "The shares of an image are imported by the image's id, a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90, " +
          `got: ${JSON.stringify(id)}.`,
      ),
    );
  },
  movesFrom: [
    { provider: "kakaoenterprise/kakaocloud", typeName: "kakaocloud_image_member", schemaVersion: 0 },
  ],
};
