import type { Call } from "../../framework/call.ts";
import { formatDurationMs } from "../../framework/duration.ts";
import { systemClock } from "../../kakaocloud/clock.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import {
  POLL_JITTER,
  POLL_MAX_INTERVAL_MS,
  POLL_MIN_INTERVAL_MS,
  POLL_SHARE_OF_ELAPSED,
  PROGRESS_LOG_INTERVAL_MS,
} from "../defaults.ts";
import { apiCall, type Session } from "../session.ts";

/** What a look at an image showed: the image, or that the API does not know it. */
export type Sight = Image | "not found";

/** What the looks so far have shown, for messages. */
export interface Progress {
  /** The last status seen; null before the first. */
  status: string | null;
  looks: number;
}

/**
 * Looks at an image again and again until `decide` has an answer: soon at first, then ever more seldom. A look that
 * fails in a way that may pass is no answer; the wait goes on until the operation's deadline.
 *
 * @throws the signal's reason when the operation is stopped or out of time, what `decide` throws, and errors that do not pass.
 */
export async function watchImage<T>(
  id: string,
  call: Call<Session>,
  progress: Progress,
  decide: (sight: Sight) => T | undefined,
): Promise<T> {
  const begunAt = Date.now();
  let loggedAt = begunAt;
  for (;;) {
    const sight = await look(id, call);
    if (sight !== undefined) {
      const answer = decide(sight);
      if (answer !== undefined) return answer;
    }
    const elapsedMs = Date.now() - begunAt;
    const waitMs = nextInterval(elapsedMs);
    const status = sight === undefined ? progress.status : sight === "not found" ? sight : sight.status;
    if (
      progress.looks === 0 ||
      status !== progress.status ||
      Date.now() - loggedAt >= PROGRESS_LOG_INTERVAL_MS
    ) {
      loggedAt = Date.now();
      call.log.info(`image ${id} is ${status ?? "not visible yet"}`, {
        status,
        elapsed: formatDurationMs(elapsedMs),
        next_look_ms: waitMs,
      });
    }
    progress.status = status;
    progress.looks += 1;
    await systemClock.wait(waitMs, call.signal);
  }
}

async function look(id: string, call: Call<Session>): Promise<Sight | undefined> {
  call.signal.throwIfAborted();
  try {
    return await call.client.kakaocloud().images.get(id, apiCall(call));
  } catch (error) {
    call.signal.throwIfAborted();
    if (isKakaoCloudError(error, "not_found")) return "not found";
    if (!isKakaoCloudError(error) || !error.transient) throw error;
    call.log.warn(`image ${id} could not be looked at; the wait goes on`, { error: error.message });
    return undefined;
  }
}

function nextInterval(elapsedMs: number): number {
  const interval = Math.min(
    Math.max(elapsedMs * POLL_SHARE_OF_ELAPSED, POLL_MIN_INTERVAL_MS),
    POLL_MAX_INTERVAL_MS,
  );
  return Math.round(interval * (1 + POLL_JITTER * (2 * Math.random() - 1)));
}
