import type { CallOptions } from "../../base/call.ts";
import type { Clock } from "../../base/clock.ts";
import { onAbort } from "../../base/signals.ts";
import { BATCH_LIST_PAUSE_MS, BATCH_LIST_TIMEOUT_MS } from "../defaults.ts";

/** What the largest page of a list holds; what a list costs is counted in requests. */
const OBJECTS_PER_REQUEST = 1_000;

/** Who needs a list: when it stops, and where it logs. */
export type Caller = Pick<CallOptions, "log"> & { readonly signal: AbortSignal };

/** What a list shows: an object of the API with an ID. */
export interface Identified {
  readonly id: string;
}

/** One list of all objects of a kind, read once for several who want to know. */
export interface SharedList<T> {
  /** When it was requested (`monotonicMs` of the clock): everything in it is as new, but for the API's own lag. */
  readonly begunAt: number;
  /** Whether it failed, or everybody left before it was read. */
  readonly useless: boolean;
  /** Resolves when it has been read or has failed. */
  readonly over: Promise<unknown>;
  /**
   * Resolves with what the list shows of an object; undefined when it is not in the list, the list could not be read, or
   * the signal was aborted. Never rejects. When nobody waits any more, the reading ends.
   */
  find(id: string, signal: AbortSignal): Promise<T | undefined>;
}

/** Takes lists, unless one has failed lately. */
export interface Lister<T> {
  /** Begins to read a list now; undefined while it should not be tried. */
  take(caller: Caller): SharedList<T> | undefined;
  /** How many requests a list costs, as far as known. */
  cost(): number;
}

/**
 * A lister over one list of the API.
 *
 * @param kind what is listed, in the plural, for log lines
 */
export function createLister<T extends Identified>(
  kind: string,
  list: (options: CallOptions) => Promise<readonly T[]>,
  clock: Clock,
): Lister<T> {
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let cost = 1;
  return {
    cost: () => cost,
    take({ log }) {
      if (clock.monotonicMs() < pausedUntil) return undefined;
      const begunAt = clock.monotonicMs();
      return readList(begunAt, async (signal) => {
        try {
          const deadline = clock.now() + BATCH_LIST_TIMEOUT_MS;
          const found = await list({ signal, deadline, log });
          cost = Math.max(1, Math.ceil(found.length / OBJECTS_PER_REQUEST));
          log?.log("debug", `${kind} were read in one list`, {
            [kind]: found.length,
            elapsed_ms: Math.round(clock.monotonicMs() - begunAt),
          });
          return new Map(found.map((object) => [object.id.toLowerCase(), object]));
        } catch (error) {
          if (signal.aborted) return undefined;
          pausedUntil = clock.monotonicMs() + BATCH_LIST_PAUSE_MS;
          log?.log("warn", `the ${kind} could not be listed; each is read on its own`, {
            error: String(error),
          });
          return undefined;
        }
      });
    },
  };
}

function readList<T>(
  begunAt: number,
  read: (signal: AbortSignal) => Promise<ReadonlyMap<string, T> | undefined>,
): SharedList<T> {
  const controller = new AbortController();
  let waiting = 0;
  let state: "reading" | "read" | "useless" = "reading";
  const reading = read(controller.signal).then((found) => {
    state = found === undefined ? "useless" : "read";
    return found;
  });
  return {
    begunAt,
    over: reading,
    get useless() {
      return state === "useless";
    },
    find(id, signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      waiting += 1;
      return new Promise((resolve) => {
        const leave = (object?: T) => {
          stopListening();
          waiting -= 1;
          resolve(object);
        };
        const stopListening = onAbort(signal, () => {
          leave();
          if (waiting > 0 || state !== "reading") return;
          state = "useless";
          controller.abort();
        });
        // After an abort this settles what is settled already.
        reading.then((found) => {
          if (!signal.aborted) leave(found?.get(id.toLowerCase()));
        });
      });
    },
  };
}
