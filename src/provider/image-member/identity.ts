import type { IdentitySchema, ResourceIdentity } from "../../framework/identity.ts";
import { stringAttribute } from "../../framework/schema.ts";
import type { Session } from "../session.ts";
import { importImageMember } from "./import.ts";
import type { imageMemberSchema } from "./schema.ts";

const schema = {
  version: 0,
  attributes: {
    image_id: stringAttribute({ required: true, description: "ID of the image that is shared." }),
  },
} satisfies IdentitySchema;

/** The shares of an image are identified by the image. */
export const imageMemberIdentity: ResourceIdentity<typeof schema, typeof imageMemberSchema, Session> = {
  schema,
  of: ({ id }) => ({ image_id: id ?? "" }),
  import: ({ image_id }) => importImageMember(image_id),
};
