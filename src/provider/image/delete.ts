import { systemClock } from "../../base/clock.ts";
import { formatDurationMs } from "../../base/duration.ts";
import type { ResourceCall } from "../../framework/call.ts";
import type { DeleteRequest } from "../../framework/resource.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import { DELETE_CONFLICT_WINDOW_MS, POLL_MAX_INTERVAL_MS, POLL_MIN_INTERVAL_MS } from "../defaults.ts";
import { failure, problem, stopReason, type Undertaking } from "../errors.ts";
import type { Session } from "../session.ts";
import { findAfterAll } from "./absence.ts";
import type { imageSchema } from "./schema.ts";
import { imagePhase } from "./status.ts";
import { type Progress, watchImage } from "./wait.ts";

/** Deletes an image and waits until it is gone. Already gone is success. */
export async function deleteImage(
  { state }: DeleteRequest<typeof imageSchema>,
  call: ResourceCall<Session>,
): Promise<void> {
  const id = state.id ?? "";
  const undertaking = { action: "delete image", subject: `image "${state.name}" (${id})` };
  const progress: Progress = { status: state.status, looks: 0 };
  try {
    if ((await sendDelete(id, state, undertaking, call)) === "gone") return;
    await watchImage(id, call, progress, (sight) =>
      sight === "not found" || imagePhase(sight.status) === "gone" ? true : undefined,
    );
  } catch (error) {
    throw explain(error, undertaking, progress, call);
  }
}

/**
 * Asks for the deletion. A conflict may pass (the image is still being made), so it is tried for a while; and so may it that the
 * image is not found although it is there.
 */
async function sendDelete(
  id: string,
  state: DeleteRequest<typeof imageSchema>["state"],
  undertaking: Undertaking,
  call: ResourceCall<Session>,
): Promise<"asked" | "gone"> {
  const givesUpAt = Date.now() + DELETE_CONFLICT_WINDOW_MS;
  for (let waitMs = POLL_MIN_INTERVAL_MS; ; waitMs = Math.min(2 * waitMs, POLL_MAX_INTERVAL_MS)) {
    try {
      await call.client.kakaocloud().images.delete(id, call);
      return "asked";
    } catch (error) {
      if (isKakaoCloudError(error, "not_found")) {
        const found = await findAfterAll(id, state, call);
        if (found === null || imagePhase(found.status) === "gone") return "gone";
      } else if (!isKakaoCloudError(error, "conflict")) {
        throw error;
      } else if (Date.now() + waitMs > givesUpAt) {
        throw failure(
          undertaking,
          error,
          "The image is in use, protected, or being worked on. Release it (instances that are being made from it, " +
            "shares with other projects) and run terraform apply again.",
        );
      }
      call.log.info(`the deletion of image ${id} was refused for now; trying again`, {
        error: error.message,
      });
      await systemClock.wait(waitMs, call.signal);
    }
  }
}

function explain(
  error: unknown,
  undertaking: Undertaking,
  progress: Progress,
  call: ResourceCall<Session>,
): unknown {
  const stopped = stopReason(call);
  if (!stopped) return failure(undertaking, error);
  const waited = formatDurationMs(Date.now() - call.startedAt);
  const reason =
    stopped.reason === "deadline"
      ? `it was not gone within ${waited} (timeouts.delete); its last status was "${progress.status ?? "unknown"}"`
      : `${stopped.message} after ${waited}; its last status was "${progress.status ?? "unknown"}"`;
  return problem(
    undertaking,
    reason,
    "The image is still in the state: run terraform apply or destroy again.",
  );
}
