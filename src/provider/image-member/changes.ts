import { retryWithin } from "../../base/retry-within.ts";
import type { Call } from "../../framework/call.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Progress } from "../poll.ts";
import { retryPlan } from "../retry-plan.ts";
import type { Session } from "../session.ts";
import { sharedIds } from "./state.ts";

/** What to do for one project: share the image with it, or end its share. */
export interface Change {
  readonly kind: "add" | "remove";
  /** The project, in lower case. */
  readonly id: string;
}

/** A change that failed, as far as is known. */
export interface FailedChange extends Change {
  readonly error: unknown;
  /** Holds the last refusal, where the request was sent more than once. */
  readonly progress: Progress;
  /** Whether it may have taken effect, because its response was lost. */
  readonly ambiguous: boolean;
}

/**
 * Applies all changes side by side, each independent of the others' success. A share that exists counts as added,
 * one that does not exist as removed. `onApplied` is called for each change as soon as it is real.
 *
 * @returns the changes that failed
 */
export async function applyChanges(
  imageId: string,
  changes: readonly Change[],
  call: Call<Session>,
  onApplied: (change: Change) => void,
): Promise<readonly FailedChange[]> {
  const failed: FailedChange[] = [];
  const applyOne = async (change: Change): Promise<void> => {
    const progress: Progress = { status: null, polls: 0 };
    try {
      await (change.kind === "add" ? add : remove)(imageId, change.id, progress, call);
      onApplied(change);
    } catch (error) {
      failed.push({ ...change, error, progress, ambiguous: isAmbiguous(error) });
    }
  };
  await Promise.all(changes.map(applyOne));
  return failed;
}

/**
 * A 404 may be about the project or, for a while after the image was created, about the image. A 409 may mean that the share
 * exists, or that something else keeps the API from sharing now: only the members say which.
 */
async function add(imageId: string, id: string, progress: Progress, call: Call<Session>): Promise<void> {
  const { members } = call.client.kakaocloud();
  const { shareNotFoundGraceMs, shareConflictWindowMs } = call.client.timings;
  await sendWithin(
    call,
    progress,
    { not_found: shareNotFoundGraceMs, conflict: shareConflictWindowMs },
    () => members.add(imageId, id, call),
    async () => sharedIds(await members.list(imageId, call)).has(id),
  );
}

async function remove(imageId: string, id: string, progress: Progress, call: Call<Session>): Promise<void> {
  const { members } = call.client.kakaocloud();
  try {
    await sendWithin(
      call,
      progress,
      { conflict: call.client.timings.shareConflictWindowMs },
      () => members.remove(imageId, id, call),
      async () => !sharedIds(await members.list(imageId, call)).has(id),
    );
  } catch (error) {
    if (!isKakaoCloudError(error, "not_found")) throw error;
  }
}

/**
 * Sends a request until it is accepted, for as long as its refusals may pass. After a conflict it is done, too, when
 * `isReal` finds that what was requested is real already.
 *
 * @param windows how long each refusal may last, in milliseconds
 * @throws the last refusal
 */
async function sendWithin(
  call: Call<Session>,
  progress: Progress,
  windows: Readonly<Partial<Record<"not_found" | "conflict", number>>>,
  send: () => Promise<void>,
  isReal: () => Promise<boolean>,
): Promise<void> {
  const { clock } = call.client;
  const startedAt = clock.now();
  const outcome = await retryWithin(retryPlan(call), async (delayMs) => {
    try {
      return { done: await send() };
    } catch (error) {
      if (!isKakaoCloudError(error, "not_found", "conflict")) throw error;
      progress.lastError = error;
      if (error.code === "conflict" && (await isReal())) return { done: undefined };
      if (clock.now() + delayMs > startedAt + (windows[error.code] ?? 0)) throw error;
      call.log.info("the API refused the change for now; trying again", { error: error.message });
      return { retry: error };
    }
  });
  if ("retry" in outcome) throw outcome.retry;
}

/** Whether the request may have taken effect: it was sent, and no response denies it. */
function isAmbiguous(error: unknown): boolean {
  if (!isKakaoCloudError(error) || error.phase !== "request" || !error.sent) return false;
  return error.status === undefined || error.status >= 500;
}
