import { retryWithin } from "../../base/retry-within.ts";
import type { Call } from "../../framework/call.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import { retryPlan } from "../retry-plan.ts";
import type { Session } from "../session.ts";

/** What to do for one project: share the image with it, or take the share back. */
export interface Change {
  readonly kind: "add" | "remove";
  /** The project, in lower case. */
  readonly id: string;
}

/** A change that failed, as far as is known. */
export interface FailedChange extends Change {
  readonly error: unknown;
  /** Whether it may have taken effect, because its response was lost. */
  readonly doubtful: boolean;
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
    try {
      await (change.kind === "add" ? add : remove)(imageId, change.id, call);
      onApplied(change);
    } catch (error) {
      failed.push({ ...change, error, doubtful: isDoubtful(error) });
    }
  };
  await Promise.all(changes.map(applyOne));
  return failed;
}

/** A 404 may be about the project or, for a while after the image was created, about the image. */
async function add(imageId: string, id: string, call: Call<Session>): Promise<void> {
  const outcome = await retryWithin(retryPlan(call, call.client.timings.shareNotFoundGraceMs), async () => {
    try {
      return { done: await call.client.kakaocloud().members.add(imageId, id, call) };
    } catch (error) {
      if (isKakaoCloudError(error, "conflict")) return { done: undefined };
      if (isKakaoCloudError(error, "not_found")) return { retry: error };
      throw error;
    }
  });
  if ("retry" in outcome) throw outcome.retry;
}

async function remove(imageId: string, id: string, call: Call<Session>): Promise<void> {
  try {
    await call.client.kakaocloud().members.remove(imageId, id, call);
  } catch (error) {
    if (!isKakaoCloudError(error, "not_found")) throw error;
  }
}

/** Whether the request may have taken effect: it was sent, and no response denies it. */
function isDoubtful(error: unknown): boolean {
  if (!isKakaoCloudError(error) || error.phase !== "request" || !error.sent) return false;
  return error.status === undefined || error.status >= 500;
}
