import type { CreateRequest } from "../../framework/resource.ts";
import { type MemberCall, reconcileMembers } from "./reconcile.ts";
import type { imageMemberSchema } from "./schema.ts";
import type { ImageMemberState } from "./state.ts";

/**
 * Shares an image with the planned projects. Those it is shared with already are adopted. Until all is done the state
 * only holds the shares created here, so that the clean-up after a failure ends no share that existed before.
 */
export async function createImageMember(
  { plan }: CreateRequest<typeof imageMemberSchema>,
  call: MemberCall,
): Promise<ImageMemberState> {
  const members = await reconcileMembers({ plan, remembered: new Map() }, call);
  return { ...plan, members };
}
