import { setMaxListeners } from "node:events";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { KakaoCloudError, type Phase } from "./errors.ts";

/** setTimeout fires at once above this. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A call's signal and deadline as one signal. */
export interface Bounds {
  readonly signal: AbortSignal;
  /** Epoch milliseconds; infinite when the call has none. */
  readonly deadline: number;
  /** Why the signal is aborted, or null while it is not. */
  ended(): "aborted" | "timeout" | null;
  /** Takes the listeners and the timer away; call it when the operation is over. */
  dispose(): void;
}

/** Joins the two bounds of a call. Dispose of it, or the call's signal keeps it alive. */
export function createBounds(call: Call | undefined, clock: Clock): Bounds {
  const deadline = call?.deadline ?? Number.POSITIVE_INFINITY;
  const link = linkSignals(call?.signal);
  const remainingMs = deadline - clock.now();
  if (remainingMs <= 0) link.abort();
  const timer =
    remainingMs > 0 && remainingMs < MAX_TIMER_MS ? setTimeout(() => link.abort(), remainingMs) : undefined;
  return {
    signal: link.signal,
    deadline,
    ended: () => {
      if (!link.signal.aborted) return null;
      return call?.signal?.aborted === true ? "aborted" : "timeout";
    },
    dispose: () => {
      clearTimeout(timer);
      link.dispose();
    },
  };
}

/** A signal of its own that also follows others, until disposed of. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(): void;
  dispose(): void;
}

/** Links by plain listeners: `AbortSignal.any` leaves something behind on a long-lived signal with each use on Node 20. */
export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const given = sources.filter((source) => source !== undefined);
  for (const source of given) {
    // Any number of requests may share a signal; Node would call more than ten of them a leak.
    setMaxListeners(0, source);
    if (source.aborted) abort();
    else source.addEventListener("abort", abort, { once: true });
  }
  return {
    signal: controller.signal,
    abort,
    dispose: () => {
      for (const source of given) source.removeEventListener("abort", abort);
    },
  };
}

/** The error for an operation that ended by its own bounds rather than by an answer. */
export function endedError(
  why: "aborted" | "timeout",
  facts: {
    readonly operation: string;
    readonly phase: Phase;
    readonly endpoint?: string;
    readonly sent?: boolean;
    readonly cause?: KakaoCloudError | undefined;
  },
): KakaoCloudError {
  return new KakaoCloudError({
    ...facts,
    code: why,
    reason: why === "aborted" ? "it was interrupted" : "the time allowed for the operation is over",
  });
}
