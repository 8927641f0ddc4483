import type { Resource } from "../../framework/resource.ts";
import {
  IMAGE_CREATE_TIMEOUT_MS,
  IMAGE_DELETE_TIMEOUT_MS,
  IMAGE_READ_TIMEOUT_MS,
  IMAGE_UPDATE_TIMEOUT_MS,
} from "../defaults.ts";
import type { Session } from "../session.ts";
import { checkImagePlan } from "./check-plan.ts";
import { createImage } from "./create.ts";
import { deleteImage } from "./delete.ts";
import { imageIdentity } from "./identity.ts";
import { importImage } from "./import.ts";
import { planImage } from "./plan.ts";
import { readImage } from "./read.ts";
import { imageSchema } from "./schema.ts";
import { updateImage } from "./update.ts";

/** `kakaocloud_image`: an image created from a volume, kept until it is destroyed. */
export const imageResource: Resource<typeof imageSchema, Session> = {
  schema: imageSchema,
  defaultTimeouts: {
    create: IMAGE_CREATE_TIMEOUT_MS,
    read: IMAGE_READ_TIMEOUT_MS,
    update: IMAGE_UPDATE_TIMEOUT_MS,
    delete: IMAGE_DELETE_TIMEOUT_MS,
  },
  modifyPlan: planImage,
  checkPlan: checkImagePlan,
  create: createImage,
  read: readImage,
  update: updateImage,
  delete: deleteImage,
  import: importImage,
  identity: imageIdentity,
  movesFrom: [{ provider: "kakaoenterprise/kakaocloud", typeName: "kakaocloud_image", schemaVersion: 0 }],
};
