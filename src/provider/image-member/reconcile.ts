import type { WriteCall } from "../../framework/call.ts";
import type { CreateRequest } from "../../framework/resource.ts";
import type { PartialState } from "../../framework/schema.ts";
import type { ImageMember } from "../../kakaocloud/image-members.ts";
import { byLowerCase, type Ids } from "../same-ids.ts";
import type { Session } from "../session.ts";
import { applyChanges, type Change, type FailedChange } from "./changes.ts";
import { explainFailedChanges } from "./failed-changes.ts";
import type { imageMemberSchema } from "./schema.ts";
import { type ImageMemberState, sharedIds } from "./state.ts";
import { pollMembers } from "./wait.ts";

/** A call that changes the shares of an image. */
export type MemberCall = WriteCall<Session, PartialState<typeof imageMemberSchema>>;

interface Goal {
  readonly plan: CreateRequest<typeof imageMemberSchema>["plan"];
  /** The shares that the state holds before. */
  readonly remembered: Ids;
  readonly members?: ImageMemberState["members"];
}

/** Brings the shares to the plan, saves each at once, and returns the members once the API shows them. */
export async function reconcileMembers(
  { plan, remembered, members = null }: Goal,
  call: MemberCall,
): Promise<readonly ImageMember[]> {
  const wanted = byLowerCase(plan.shared_member_ids);
  const removed = [...remembered.keys()].filter((id) => !wanted.has(id));
  const found = await pollMembers(plan.id, [], call);
  const before = sharedIds(found);
  const changes: Change[] = [
    ...[...wanted.keys()].filter((id) => !before.has(id)).map((id) => ({ kind: "add", id }) as const),
    ...removed.map((id) => ({ kind: "remove", id }) as const),
  ];

  if (changes.length === 0) return found;

  const real = new Map(remembered);
  const save = () => call.saveAsIs({ ...plan, members, shared_member_ids: [...real.values()] });
  const keep = (id: string) => {
    real.set(id, wanted.get(id) ?? id);
    save();
  };
  const failed = await applyChanges(plan.id, changes, call, ({ kind, id }) => {
    if (kind === "add") return keep(id);
    real.delete(id);
    save();
  });
  for (const { id } of failed.filter(isAmbiguousShare)) keep(id);
  if (failed.length > 0) throw explainFailedChanges(plan.id, failed, call);
  call.log.info(`image ${plan.id} is shared as planned`, { changes: changes.length });

  const now = await pollMembers(plan.id, [...wanted.keys()], call);
  // The API may show a share for a while after it was removed.
  return now.filter(({ id, is_shared }) => is_shared === false || !removed.includes(id.toLowerCase()));
}

function isAmbiguousShare({ kind, ambiguous: doubtful }: FailedChange): boolean {
  return kind === "add" && doubtful;
}
