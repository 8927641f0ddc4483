import { monotonicMs } from "./monotonic.ts";
import { after, onAbort } from "./signals.ts";

/** Time as the program sees it, so that waiting can be tested without waiting. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some moment in the past; never jumps. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when that is or becomes aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `react` after `ms` milliseconds, at once for none. The returned function cancels it. */
  after(ms: number, react: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs,
  after,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        resolve();
      }, ms);
      const stop = onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};
