import type { ModifyPlanRequest, ModifyPlanResponse } from "../../framework/resource.ts";
import { sameIds } from "../same-ids.ts";
import type { imageMemberSchema } from "./schema.ts";

/** Keeps `members` where nobody is added or removed: then nothing is sent to the API. */
export function planImageMember({
  plan,
  prior,
}: ModifyPlanRequest<typeof imageMemberSchema>): ModifyPlanResponse {
  if (plan === null || prior === null || plan.id !== prior.id) return {};
  return sameIds(plan.shared_member_ids, prior.shared_member_ids) ? { plan: { members: prior.members } } : {};
}
