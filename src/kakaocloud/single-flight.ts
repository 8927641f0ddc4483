import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { isKakaoCloudError, type Phase } from "./errors.ts";
import { type Bounds, createBounds, endedError, type LinkedSignal, linkSignals } from "./signals.ts";

/** Calls whose deadlines are this close share also a run's failure; one with more time than that tries again. */
const DEADLINE_TOLERANCE_MS = 5_000;

interface Flight<T> {
  /** That of the call which began it, so that a run out of time can tell why; epoch milliseconds, or infinity. */
  readonly deadline: number;
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
  facts: { readonly operation: string; readonly phase: Phase; readonly endpoint?: string },
): (call?: Call) => Promise<T> {
  let current: Flight<T> | undefined;
  const takeOff = (call: Call | undefined, { deadline }: Bounds): Flight<T> => {
    const link = linkSignals();
    const result = run({ signal: link.signal, deadline, log: call?.log });
    const flight: Flight<T> = { deadline, result, link, waiting: 0 };
    const land = () => {
      if (current === flight) current = undefined;
    };
    flight.result.then(land, land);
    return flight;
  };
  return async (call) => {
    const bounds = createBounds(call, clock);
    try {
      for (;;) {
        const why = bounds.ended();
        if (why !== null) throw endedError(why, facts);
        current ??= takeOff(call, bounds);
        const flight = current;
        try {
          return await board(flight, bounds.signal, () => endedError(bounds.ended() ?? "timeout", facts));
        } catch (error) {
          if (!endedForLackOfTime(error, flight, bounds)) throw error;
        }
      }
    } finally {
      bounds.dispose();
    }
  };

  function endedForLackOfTime(error: unknown, flight: Flight<T>, bounds: Bounds): boolean {
    if (flight.deadline + DEADLINE_TOLERANCE_MS >= bounds.deadline) return false;
    return isKakaoCloudError(error) && (error.transient || error.code === "timeout");
  }

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
