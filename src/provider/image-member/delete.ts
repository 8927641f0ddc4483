import type { DeleteRequest } from "../../framework/resource.ts";
import { byLowerCase } from "../same-ids.ts";
import { applyChanges, type Change } from "./changes.ts";
import { explainFailedChanges } from "./failed-changes.ts";
import type { MemberCall } from "./reconcile.ts";
import type { imageMemberSchema } from "./schema.ts";

/** Removes the shares of the state; those of others stay. Shares that could not be removed stay in the state. */
export async function deleteImageMember(
  { state }: DeleteRequest<typeof imageMemberSchema>,
  call: MemberCall,
): Promise<void> {
  const remaining = byLowerCase(state.shared_member_ids);
  const save = () => call.saveAsIs({ ...state, shared_member_ids: [...remaining.values()] });
  const changes = [...remaining.keys()].map((id): Change => ({ kind: "remove", id }));
  const failed = await applyChanges(state.id, changes, call, ({ id }) => {
    remaining.delete(id);
    save();
  });
  if (failed.length > 0) throw explainFailedChanges(state.id, failed, call);
}
