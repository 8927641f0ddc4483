import { systemClock } from "../base/clock.ts";
import { formatDurationMs } from "../base/duration.ts";
import type { Call } from "../framework/call.ts";
import { isKakaoCloudError } from "../kakaocloud/errors.ts";
import {
  POLL_JITTER,
  POLL_MAX_INTERVAL_MS,
  POLL_MIN_INTERVAL_MS,
  POLL_SHARE_OF_ELAPSED,
  PROGRESS_LOG_INTERVAL_MS,
} from "./defaults.ts";

/** What the looks so far have shown, for messages. */
export interface Progress {
  /** The last status seen; null before the first. */
  status: string | null;
  looks: number;
}

/** Something to look at until it is as wanted. `Sight` is what one look shows. */
export interface Watched<Sight> {
  /** Its name in log lines: `image 3c0f5b1e-…`. */
  readonly subject: string;
  /** How long to wait before the first look; none unless told. */
  readonly firstLookInMs?: number;
  /** One look. */
  look(): Promise<Sight>;
  /** A look that is due in so many milliseconds and may come earlier; else one waits so long and then looks. */
  lookIn?(ms: number): Promise<Sight>;
  /** The answer that a 404 of the API stands for. */
  readonly notFound: Sight;
  /** What was seen, in a word or two. */
  statusOf(sight: Sight): string | null;
}

/**
 * Looks again and again until `decide` has an answer: soon at first, then ever more seldom. A look that fails in a way
 * that may pass is no answer; the wait goes on until the operation's deadline.
 *
 * @throws the signal's reason when the operation is stopped or out of time, what `decide` throws, and errors that do not pass.
 */
export async function watch<Sight, T>(
  watched: Watched<Sight>,
  { signal, log }: Pick<Call<unknown>, "signal" | "log">,
  progress: Progress,
  decide: (sight: Sight) => T | undefined,
): Promise<T> {
  const begunAt = Date.now();
  let loggedAt = begunAt;
  let waitMs = watched.firstLookInMs ?? 0;
  for (;;) {
    const sight = await lookIn(waitMs, watched, { signal, log });
    const answer = sight === undefined ? undefined : decide(sight);
    if (answer !== undefined) return answer;

    const elapsedMs = Date.now() - begunAt;
    waitMs = nextInterval(elapsedMs);
    const status = sight === undefined ? progress.status : watched.statusOf(sight);
    if (
      progress.looks === 0 ||
      status !== progress.status ||
      Date.now() - loggedAt >= PROGRESS_LOG_INTERVAL_MS
    ) {
      loggedAt = Date.now();
      log.info(`${watched.subject} is ${status ?? "not visible yet"}`, {
        status,
        elapsed: formatDurationMs(elapsedMs),
        next_look_ms: waitMs,
      });
    }
    progress.status = status;
    progress.looks += 1;
  }
}

async function lookIn<Sight>(
  ms: number,
  watched: Watched<Sight>,
  { signal, log }: Pick<Call<unknown>, "signal" | "log">,
): Promise<Sight | undefined> {
  const { subject, notFound } = watched;
  signal.throwIfAborted();
  try {
    if (ms > 0 && watched.lookIn) return await watched.lookIn(ms);
    if (ms > 0) await systemClock.wait(ms, signal);
    return await watched.look();
  } catch (error) {
    signal.throwIfAborted();
    if (isKakaoCloudError(error, "not_found")) return notFound;
    if (!isKakaoCloudError(error) || !error.transient) throw error;
    log.warn(`${subject} could not be looked at; the wait goes on`, { error: error.message });
    return undefined;
  }
}

function nextInterval(elapsedMs: number): number {
  const interval = Math.min(
    Math.max(elapsedMs * POLL_SHARE_OF_ELAPSED, POLL_MIN_INTERVAL_MS),
    POLL_MAX_INTERVAL_MS,
  );
  return Math.round(interval * (1 - POLL_JITTER * Math.random()));
}
