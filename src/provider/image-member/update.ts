import type { UpdateRequest } from "../../framework/resource.ts";
import { byLowerCase, sameIds } from "../same-ids.ts";
import { type MemberCall, reconcileMembers } from "./reconcile.ts";
import type { imageMemberSchema } from "./schema.ts";
import type { ImageMemberState } from "./state.ts";

/** Shares with the projects that are new in the plan and removes the shares of those no longer in it; others stay. */
export async function updateImageMember(
  { plan, prior }: UpdateRequest<typeof imageMemberSchema>,
  call: MemberCall,
): Promise<ImageMemberState> {
  if (sameIds(prior.shared_member_ids, plan.shared_member_ids)) return { ...plan, members: prior.members };
  const remembered = byLowerCase(prior.shared_member_ids);
  const members = await reconcileMembers({ plan, remembered, members: prior.members }, call);
  return { ...plan, members };
}
