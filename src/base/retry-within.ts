import type { Clock } from "./clock.ts";

/** How often and how long something is tried. */
export interface RetryPlan {
  readonly clock: Clock;
  /** Ends the wait between two attempts. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which no further attempt starts; infinity for none. */
  readonly deadline: number;
  /** The wait after the first attempt; it doubles with each further one. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** Each wait is shortened at random by up to this share, so that those who fail together do not retry together. */
  readonly jitter?: number;
  /** Numbers in [0, 1). */
  readonly random?: () => number;
}

/** What an attempt came to: a result, or the reason to try again. */
export type Attempt<T> =
  | { readonly done: T }
  | {
      readonly retry: unknown;
      /** The longest wait that makes sense now, where it is shorter than the plan's. */
      readonly waitAtMostMs?: number;
    };

/**
 * Tries until an attempt is done. `attempt` is given the wait that would follow it, and its number from 1.
 *
 * @returns the result; or what the last attempt gave for a reason, when the next would come after the deadline
 * @throws what `attempt` throws, and the signal's reason when that is aborted between two attempts
 */
export async function retryWithin<T>(
  { clock, signal, deadline, initialDelayMs, maxDelayMs, jitter = 0, random = Math.random }: RetryPlan,
  attempt: (delayMs: number, count: number) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
  let boundMs = initialDelayMs;
  for (let count = 1; ; count += 1) {
    const delayMs = boundMs * (1 - jitter * random());
    const outcome = await attempt(delayMs, count);
    if ("done" in outcome) return outcome;
    const waitMs = Math.min(delayMs, outcome.waitAtMostMs ?? delayMs);
    if (clock.now() + waitMs > deadline) return outcome;
    await clock.wait(waitMs, signal);
    boundMs = Math.min(2 * boundMs, maxDelayMs);
  }
}
