import { setMaxListeners } from "node:events";

/** The largest delay a Node timer takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `react` once when the signal is aborted, at once when it already is.
 *
 * @returns a function that stops listening; harmless afterwards
 */
export function onAbort(signal: AbortSignal, react: () => void): () => void {
  if (signal.aborted) {
    react();
    return () => {};
  }
  // Any number of requests may share a signal; Node would report more than ten listeners as a leak.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", react, { once: true });
  return () => signal.removeEventListener("abort", react);
}

/**
 * Calls `react` after so many milliseconds, at once for none. A delay that no timer can hold never passes.
 *
 * @returns a function that cancels it
 */
export function after(ms: number, react: () => void): () => void {
  if (ms <= 0) {
    react();
    return () => {};
  }
  const timer = ms <= MAX_TIMER_MS ? setTimeout(react, ms) : undefined;
  return () => clearTimeout(timer);
}

/** A signal of its own that also follows others, until disposed of. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  dispose(): void;
}

/**
 * Links signals; the reason is that of the first to be aborted. By plain listeners, because `AbortSignal.any` leaves
 * something behind on a long-lived signal with each use on Node 20.
 */
export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const stops = sources
    .filter((source) => source !== undefined)
    .map((source) => onAbort(source, () => controller.abort(source.reason)));
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}
