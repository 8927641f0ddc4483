import type { Clock } from "./clock.ts";

/** How often and how long something is tried. */
export interface RetryPlan {
  readonly clock: Clock;
  /** Ends the wait between two attempts. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which no further attempt starts; infinity for none. */
  readonly deadline: number;
  /** The wait after the attempt of this number, from 1. */
  delayMs(count: number): number;
}

/** A wait that is `initialMs` after the first attempt and doubles with each further one, up to `maxMs`. */
export function doublingDelayMs(initialMs: number, maxMs: number, count: number): number {
  // 2 ** 1024 is infinite, which times 0 is no number.
  return Math.min(maxMs, initialMs * 2 ** Math.min(count - 1, 32));
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
  plan: RetryPlan,
  attempt: (delayMs: number, count: number) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
  const { clock, signal, deadline } = plan;
  for (let count = 1; ; count += 1) {
    const delayMs = plan.delayMs(count);
    const outcome = await attempt(delayMs, count);
    if ("done" in outcome) return outcome;
    const waitMs = Math.min(delayMs, outcome.waitAtMostMs ?? delayMs);
    if (clock.now() + waitMs > deadline) return outcome;
    await clock.wait(waitMs, signal);
  }
}
