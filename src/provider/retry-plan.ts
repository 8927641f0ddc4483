import { doublingDelayMs, type RetryPlan } from "../base/retry-within.ts";
import type { PollCall } from "./poll.ts";

/**
 * How an operation sends a refused request again: at first after the shortest interval of its polls, at last after the longest,
 * and for as long as the operation may take.
 */
export function retryPlan({
  signal,
  client: { clock, timings },
}: Pick<PollCall, "signal" | "client">): RetryPlan {
  return {
    clock,
    signal,
    deadline: Number.POSITIVE_INFINITY,
    delayMs: (count) => doublingDelayMs(timings.pollMinIntervalMs, timings.pollMaxIntervalMs, count),
  };
}
