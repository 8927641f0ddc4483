import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { Phase } from "./errors.ts";
import { createBounds, endedError, type LinkedSignal, linkSignals } from "./signals.ts";

interface Flight<T> {
  readonly result: Promise<T>;
  readonly link: LinkedSignal;
  /** How many calls wait for it. */
  waiting: number;
}

/**
 * Lets calls that want the same thing at the same time share one run of it. A call that is aborted or out of time leaves
 * alone; the run ends early only when nobody waits for it any more. A result is not kept: the next call after it runs anew.
 */
export function createSingleFlight<T>(
  run: (call: Call) => Promise<T>,
  clock: Clock,
  facts: { readonly operation: string; readonly phase: Phase },
): (call?: Call) => Promise<T> {
  let current: Flight<T> | undefined;
  const takeOff = (call: Call | undefined): Flight<T> => {
    const link = linkSignals();
    const flight: Flight<T> = { result: run({ signal: link.signal, log: call?.log }), link, waiting: 0 };
    const land = () => {
      if (current === flight) current = undefined;
    };
    flight.result.then(land, land);
    return flight;
  };
  return async (call) => {
    const bounds = createBounds(call, clock);
    try {
      const why = bounds.ended();
      if (why !== null) throw endedError(why, facts);
      current ??= takeOff(call);
      return await board(current, bounds.signal, () => endedError(bounds.ended() ?? "timeout", facts));
    } finally {
      bounds.dispose();
    }
  };

  function board(flight: Flight<T>, signal: AbortSignal, left: () => Error): Promise<T> {
    flight.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          if (current === flight) current = undefined;
          flight.link.abort();
        }
        reject(left());
      };
      const arrive = () => signal.removeEventListener("abort", leave);
      signal.addEventListener("abort", leave, { once: true });
      flight.result.finally(arrive).then(resolve, reject);
    });
  }
}
