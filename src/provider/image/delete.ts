import { type Attempt, retryWithin } from "../../base/retry-within.ts";
import type { ResourceCall } from "../../framework/call.ts";
import type { DeleteRequest } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import { explain, stopReason } from "../explain.ts";
import type { Progress } from "../poll.ts";
import { retryPlan } from "../retry-plan.ts";
import type { Session } from "../session.ts";
import { confirmNotFound, isListed } from "./not-found.ts";
import type { imageSchema } from "./schema.ts";
import { imagePhase } from "./status.ts";
import { pollImage } from "./wait.ts";

/** Deletes an image and waits until it no longer exists. An image that does not exist is a success. */
export async function deleteImage(
  { state }: DeleteRequest<typeof imageSchema>,
  call: ResourceCall<Session>,
): Promise<void> {
  const id = state.id ?? "";
  const progress: Progress = { status: state.status, polls: 0 };
  try {
    if ((await sendDelete(id, state, progress, call)) === "deleted") return;
    await pollImage({ id, name: state.name }, call, progress, (result) =>
      result === "not found" || imagePhase(result.status) === "deleted" ? true : undefined,
    );
  } catch (error) {
    const isConflict = isKakaoCloudError(error, "conflict");
    const isOver = stopReason(call) !== undefined;
    throw explain({ action: "delete image", subject: `image "${state.name}" (${id})` }, error, call, {
      ...(isOver && {
        unmet: "the image was not deleted",
        facts: [`last status "${progress.status ?? "unknown"}"`],
      }),
      progress,
      remedy: isOver ? STILL_THERE : isConflict ? IN_USE : undefined,
    });
  }
}

const IN_USE =
  "The image is in use, protected, or changed by another operation. Release it (instances that are being created from it, " +
  "shares with other projects) and run terraform apply again.";
const STILL_THERE = "The image is still in the state: run terraform apply or destroy again.";

/**
 * Whether a "not found" after a delete request whose response was lost means that the request took effect. An image that was
 * never seen may only be invisible so far; of any other, a read and a list that do not show it either are proof enough.
 */
async function isConfirmedDeleted(
  id: string,
  { status }: DeleteRequest<typeof imageSchema>["state"],
  call: ResourceCall<Session>,
): Promise<boolean> {
  if (imagePhase(status) === "pending") return false;
  const { images } = call.client.kakaocloud();
  try {
    await images.get(id, call);
    return false;
  } catch (error) {
    if (!isKakaoCloudError(error, "not_found")) throw error;
    return !(await isListed(id, call));
  }
}

/**
 * Sends the delete request. A conflict may pass (the image is still being created), so it is retried for a while; so is a
 * "not found" while the image exists.
 */
async function sendDelete(
  id: string,
  state: DeleteRequest<typeof imageSchema>["state"],
  progress: Progress,
  call: ResourceCall<Session>,
): Promise<"requested" | "deleted"> {
  const { clock, timings } = call.client;
  const givesUpAt = clock.now() + timings.deleteConflictWindowMs;
  const outcome = await retryWithin(
    retryPlan(call),
    async (delayMs): Promise<Attempt<"requested" | "deleted">> => {
      try {
        await call.client.kakaocloud().images.delete(id, call);
        call.client.creates.deleted("image", state.name);
        return { done: "requested" };
      } catch (error) {
        if (isKakaoCloudError(error, "not_found")) {
          if (error.mayHaveActedBefore && (await isConfirmedDeleted(id, state, call)))
            return { done: "deleted" };
          const found = await confirmNotFound(id, state, call, progress);
          if (found === null || imagePhase(found.status) === "deleted") return { done: "deleted" };
        } else if (!isKakaoCloudError(error, "conflict") || clock.now() + delayMs > givesUpAt) {
          throw error;
        }
        progress.lastError = isKakaoCloudError(error) ? error : undefined;
        call.log.info(`the deletion of image "${state.name}" (${id}) was refused for now; trying again`, {
          error: String(error),
          next_try_ms: delayMs,
        });
        return { retry: error };
      }
    },
  );
  if ("retry" in outcome) throw outcome.retry;
  return outcome.done;
}
