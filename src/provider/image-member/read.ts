import type { Call } from "../../framework/call.ts";
import type { ReadRequest } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { ImageMember } from "../../kakaocloud/image-members.ts";
import { explain } from "../explain.ts";
import type { Session } from "../session.ts";
import type { imageMemberSchema } from "./schema.ts";
import { type ImageMemberState, sharedIds } from "./state.ts";

/**
 * Refreshes the shares of an image. Shares of the state that still exist remain; those of others are not adopted. Right after an
 * import the state has none, and all are adopted. Null when the image no longer exists.
 */
export async function readImageMember(
  { state }: ReadRequest<typeof imageMemberSchema>,
  call: Call<Session>,
): Promise<ImageMemberState | null> {
  const id = state.id ?? "";
  const members = await listMembers(id, call);
  if (members === null) {
    call.log.warn(`image ${id} no longer exists; its shares are removed from the state`);
    return null;
  }
  const shared = sharedIds(members);
  const remembered = state.shared_member_ids;
  return {
    id,
    shared_member_ids: remembered?.filter((member) => shared.has(member.toLowerCase())) ?? [...shared].sort(),
    members,
    timeouts: state.timeouts,
  };
}

async function listMembers(id: string, call: Call<Session>): Promise<readonly ImageMember[] | null> {
  try {
    return await call.client.kakaocloud().members.list(id, call);
  } catch (error) {
    if (isKakaoCloudError(error, "not_found")) return null;
    throw explain({ action: "read image shares", subject: `the shares of image ${id}` }, error, call);
  }
}
