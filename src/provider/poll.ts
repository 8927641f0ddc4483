import { formatDurationMs } from "../base/duration.ts";
import type { Call } from "../framework/call.ts";
import { isKakaoCloudError, type KakaoCloudError } from "../kakaocloud/errors.ts";
import {
  POLL_JITTER,
  POLL_SHARE_OF_ELAPSED,
  PROGRESS_LOG_INTERVAL_MS,
  type SessionTimes,
  type Timings,
} from "./defaults.ts";

/** What the polls so far have shown, for messages. */
export interface Progress {
  /** The last status seen; null before the first. */
  status: string | null;
  polls: number;
  /** Why the last poll failed; undefined when it did not. */
  lastError?: KakaoCloudError | undefined;
}

/** Something to read until a condition holds. `Result` is what one read returns. */
export interface PollTarget<Result> {
  /** Its name in log lines: `image 3c0f5b1e-…`. */
  readonly subject: string;
  /** How long to wait before the first read; 0 by default. */
  readonly firstReadInMs?: number;
  read(): Promise<Result>;
  /** A read that is due in so many milliseconds and may come earlier. Without it, the wait is a sleep. */
  readWithin?(ms: number): Promise<Result>;
  /** The result that a 404 of the API stands for. */
  readonly notFound: Result;
  /** What was seen, in a word or two. */
  statusOf(result: Result): string | null;
}

/** What a poll needs of its operation. */
export type PollCall = Pick<Call<SessionTimes>, "signal" | "log" | "client">;

/**
 * Reads until `decide` returns something: at short intervals first, then at ever longer ones. After an error that may pass,
 * the wait goes on until the operation's deadline.
 *
 * @throws the signal's reason when the operation is stopped or out of time, what `decide` throws, and errors that do not pass.
 */
export async function poll<Result, T>(
  target: PollTarget<Result>,
  call: PollCall,
  progress: Progress,
  decide: (result: Result) => T | undefined,
): Promise<T> {
  const { log } = call;
  const { clock, timings } = call.client;
  const startedAt = clock.now();
  let loggedAt = startedAt;
  let waitMs = target.firstReadInMs ?? 0;
  for (;;) {
    const result = await readIn(waitMs, target, progress, call);
    const decision = result === undefined ? undefined : decide(result);
    if (decision !== undefined) return decision;

    const elapsedMs = clock.now() - startedAt;
    waitMs = nextInterval(elapsedMs, timings);
    const status = result === undefined ? progress.status : target.statusOf(result);
    const facts = { status, elapsed: formatDurationMs(elapsedMs), next_poll_ms: waitMs };
    const seen = status ?? "not visible yet";
    log.debug(`${target.subject} was polled: ${result === undefined ? "no result" : seen}`, facts);
    const isNews = progress.polls === 0 || status !== progress.status;
    if (isNews || clock.now() - loggedAt >= PROGRESS_LOG_INTERVAL_MS) {
      loggedAt = clock.now();
      log.info(`${target.subject} is ${isNews ? seen : `still ${seen} after ${facts.elapsed}`}`, facts);
    }
    progress.status = status;
    progress.polls += 1;
  }
}

async function readIn<Result>(
  ms: number,
  target: PollTarget<Result>,
  progress: Progress,
  { signal, log, client: { clock } }: PollCall,
): Promise<Result | undefined> {
  const { subject, notFound } = target;
  signal.throwIfAborted();
  try {
    if (ms > 0 && !target.readWithin) await clock.wait(ms, signal);
    const result = ms > 0 && target.readWithin ? await target.readWithin(ms) : await target.read();
    progress.lastError = undefined;
    return result;
  } catch (error) {
    noteError(progress, error);
    signal.throwIfAborted();
    if (isKakaoCloudError(error, "not_found")) return notFound;
    if (!isKakaoCloudError(error) || !error.transient) throw error;
    log.warn(`${subject} could not be read; the wait continues`, { error: error.message });
    return undefined;
  }
}

/** A refusal says more than that a request was interrupted, or ran into the deadline. */
function noteError(progress: Progress, error: unknown): void {
  if (!isKakaoCloudError(error) || error.code === "not_found") return;
  const isCut = error.code === "aborted" || (error.code === "timeout" && !error.transient);
  if (!isCut || progress.lastError === undefined) progress.lastError = error;
}

function nextInterval(elapsedMs: number, { pollMinIntervalMs, pollMaxIntervalMs }: Timings): number {
  const interval = Math.min(
    Math.max(elapsedMs * POLL_SHARE_OF_ELAPSED, pollMinIntervalMs),
    pollMaxIntervalMs,
  );
  return Math.round(interval * (1 - POLL_JITTER * Math.random()));
}
