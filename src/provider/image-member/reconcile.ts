import type { WriteCall } from "../../framework/call.ts";
import type { CreateRequest, DeleteRequest, PartialState, UpdateRequest } from "../../framework/resource.ts";
import type { ImageMember } from "../../kakaocloud/image-members.ts";
import { ended, failure, problem } from "../explain.ts";
import type { Progress } from "../poll.ts";
import { byLowerCase, type Ids, sameIds } from "../same-ids.ts";
import type { Session } from "../session.ts";
import { type Change, type FailedChange, makeChanges } from "./changes.ts";
import { explainFailedChanges } from "./explain.ts";
import type { imageMemberSchema } from "./schema.ts";
import { type ImageMemberState, sharedIds } from "./state.ts";
import { watchMembers } from "./wait.ts";

type MemberCall = WriteCall<Session, PartialState<typeof imageMemberSchema>>;

/**
 * Shares an image with the planned projects. Those it is shared with already are taken over. Until all is done the state
 * only holds the shares made here, so that the clean-up after a failure takes nothing from anybody who had it before.
 */
export async function createImageMember(
  { plan }: CreateRequest<typeof imageMemberSchema>,
  call: MemberCall,
): Promise<ImageMemberState> {
  const members = await reconcile({ operation: "create", plan, remembered: new Map() }, call);
  return { ...plan, members };
}

/** Shares with the projects that are new in the plan and takes back from those no longer in it; others are left alone. */
export async function updateImageMember(
  { plan, prior }: UpdateRequest<typeof imageMemberSchema>,
  call: MemberCall,
): Promise<ImageMemberState> {
  if (sameIds(prior.shared_member_ids, plan.shared_member_ids)) return { ...plan, members: prior.members };
  const remembered = byLowerCase(prior.shared_member_ids);
  const members = await reconcile({ operation: "update", plan, remembered, members: prior.members }, call);
  return { ...plan, members };
}

/** Takes the remembered shares back; what others share stays. Those that could not be taken back stay in the state. */
export async function deleteImageMember(
  { state }: DeleteRequest<typeof imageMemberSchema>,
  call: MemberCall,
): Promise<void> {
  const remaining = byLowerCase(state.shared_member_ids);
  const save = () => call.saveAsIs({ ...state, shared_member_ids: [...remaining.values()] });
  const changes = [...remaining.keys()].map((id): Change => ({ kind: "remove", id }));
  const failed = await makeChanges(state.id, changes, call, ({ id }) => {
    remaining.delete(id);
    save();
  });
  if (failed.length > 0) throw explainFailedChanges(state.id, failed, "delete", call);
}

interface Goal {
  readonly operation: "create" | "update";
  readonly plan: CreateRequest<typeof imageMemberSchema>["plan"];
  /** What the state holds before. */
  readonly remembered: Ids;
  readonly members?: ImageMemberState["members"];
}

/** Makes the shares what is planned, saving each as soon as it is real, and gives the members once the API shows them. */
async function reconcile(
  { operation, plan, remembered, members = null }: Goal,
  call: MemberCall,
): Promise<readonly ImageMember[]> {
  const wanted = byLowerCase(plan.shared_member_ids);
  const removed = [...remembered.keys()].filter((id) => !wanted.has(id));
  const found = await look(plan.id, [], operation, call);
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
  const failed = await makeChanges(plan.id, changes, call, ({ kind, id }) => {
    if (kind === "add") return keep(id);
    real.delete(id);
    save();
  });
  for (const { id } of failed.filter(isDoubtfulShare)) keep(id);
  if (failed.length > 0) throw explainFailedChanges(plan.id, failed, operation, call);
  call.log.info(`image ${plan.id} is shared as planned`, { changes: changes.length });

  const now = await look(plan.id, [...wanted.keys()], operation, call);
  // The API may show a share for a while after it was taken back.
  return now.filter(({ id, is_shared }) => is_shared === false || !removed.includes(id.toLowerCase()));
}

function isDoubtfulShare({ kind, doubtful }: FailedChange): boolean {
  return kind === "add" && doubtful;
}

/** The members once the wanted ones are among them. */
async function look(
  imageId: string,
  wanted: readonly string[],
  operation: Goal["operation"],
  call: MemberCall,
): Promise<readonly ImageMember[]> {
  const undertaking = { action: "share image", subject: `image ${imageId}` };
  const progress: Progress = { status: null, looks: 0 };
  try {
    return await watchMembers(imageId, wanted, undertaking, progress, call);
  } catch (error) {
    const reason = ended(call, operation, error);
    if (reason === undefined) throw failure(undertaking, error);
    const seen = progress.status === null ? "" : ` (last seen: ${progress.status})`;
    throw problem(undertaking, `${reason.text}${seen}`, reason.remedy);
  }
}
