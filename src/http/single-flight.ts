import { type Bounds, createBounds } from "../base/bounds.ts";
import type { CallOptions } from "../base/call.ts";
import type { Clock } from "../base/clock.ts";
import { type LinkedSignal, linkSignals, onAbort } from "../base/signals.ts";

/** Calls whose deadlines are this close also share a run's failure; one with more time than that starts another run. */
const DEADLINE_TOLERANCE_MS = 5_000;

interface Flight<T> {
  /** The deadline of the call that started it; epoch milliseconds, or infinity. Says whether a run failed for lack of time. */
  readonly deadline: number;
  readonly result: Promise<T>;
  readonly link: LinkedSignal;
  /** How many calls wait for it. */
  waiting: number;
}

/** The failures of shared runs. */
export interface SingleFlightErrors {
  /** The error of a call that ended by its own bounds while it waited. */
  ended(why: "aborted" | "deadline"): Error;
  /** Whether a run that failed so may have succeeded with more time. */
  needsTime(error: unknown): boolean;
}

/**
 * Lets concurrent calls for the same thing share one run of it. A call that is aborted or out of time leaves
 * alone; the run is aborted only when nobody waits for it. A result is not kept: the next call starts a new run.
 */
export function createSingleFlight<T>(
  run: (options: CallOptions) => Promise<T>,
  clock: Clock,
  errors: SingleFlightErrors,
): (options?: CallOptions) => Promise<T> {
  let current: Flight<T> | undefined;

  function start(options: CallOptions | undefined, { deadline }: Bounds): Flight<T> {
    const link = linkSignals();
    const result = run({ signal: link.signal, deadline, log: options?.log });
    const flight: Flight<T> = { deadline, result, link, waiting: 0 };
    const settle = () => {
      if (current === flight) current = undefined;
    };
    flight.result.then(settle, settle);
    return flight;
  }

  function join(flight: Flight<T>, bounds: Bounds): Promise<T> {
    flight.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const stop = onAbort(bounds.signal, () => {
        flight.waiting -= 1;
        if (flight.waiting === 0) {
          if (current === flight) current = undefined;
          flight.link.abort();
        }
        reject(errors.ended(bounds.ended() ?? "deadline"));
      });
      flight.result.finally(stop).then(resolve, reject);
    });
  }

  function endedForLackOfTime(error: unknown, flight: Flight<T>, bounds: Bounds): boolean {
    return flight.deadline + DEADLINE_TOLERANCE_MS < bounds.deadline && errors.needsTime(error);
  }

  return async (options) => {
    const bounds = createBounds(options, clock);
    try {
      for (;;) {
        const why = bounds.ended();
        if (why !== null) throw errors.ended(why);
        current ??= start(options, bounds);
        const flight = current;
        try {
          return await join(flight, bounds);
        } catch (error) {
          if (!endedForLackOfTime(error, flight, bounds)) throw error;
        }
      }
    } finally {
      bounds.dispose();
    }
  };
}
