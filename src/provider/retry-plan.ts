import { systemClock } from "../base/clock.ts";
import type { RetryPlan } from "../base/retry-within.ts";
import type { PollCall } from "./poll.ts";

/**
 * How an operation sends a refused request again: at first after the shortest interval of its polls, at last after the longest.
 *
 * @param windowMs for how long from now; as long as the operation may take by default
 */
export function retryPlan(
  { signal, client: { timings } }: Pick<PollCall, "signal" | "client">,
  windowMs = Number.POSITIVE_INFINITY,
): RetryPlan {
  return {
    clock: systemClock,
    signal,
    deadline: Date.now() + windowMs,
    initialDelayMs: timings.pollMinIntervalMs,
    maxDelayMs: timings.pollMaxIntervalMs,
  };
}
