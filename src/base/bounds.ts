import type { CallOptions } from "./call.ts";
import type { Clock } from "./clock.ts";
import { after, linkSignals } from "./signals.ts";

/** A call's signal and deadline as one signal. */
export interface Bounds {
  readonly signal: AbortSignal;
  /** Epoch milliseconds; infinite when the call has none. */
  readonly deadline: number;
  /** Why the signal is aborted, or null while it is not. */
  ended(): "aborted" | "deadline" | null;
  /** Removes the listeners and the timer; call it when the operation is over. */
  dispose(): void;
}

/** Joins the two bounds of a call. Dispose of it, or the call's signal keeps it alive. */
export function createBounds(options: CallOptions | undefined, clock: Clock): Bounds {
  const deadline = options?.deadline ?? Number.POSITIVE_INFINITY;
  const link = linkSignals(options?.signal);
  const cancelTimer = after(deadline - clock.now(), link.abort);
  return {
    signal: link.signal,
    deadline,
    ended: () => {
      if (!link.signal.aborted) return null;
      return options?.signal?.aborted === true ? "aborted" : "deadline";
    },
    dispose: () => {
      cancelTimer();
      link.dispose();
    },
  };
}
