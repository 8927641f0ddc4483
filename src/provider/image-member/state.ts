import type { State } from "../../framework/schema.ts";
import type { ImageMember } from "../../kakaocloud/image-members.ts";
import type { imageMemberSchema } from "./schema.ts";

export type ImageMemberState = State<typeof imageMemberSchema>;

/** The ids, in lower case, of the projects that an image is really shared with. */
export function sharedIds(members: readonly ImageMember[]): Set<string> {
  return new Set(members.filter(({ is_shared }) => is_shared !== false).map(({ id }) => id.toLowerCase()));
}
