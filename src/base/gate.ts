import { onAbort } from "./signals.ts";

/** Admits a fixed number at once, and the others in order of arrival. */
export interface Gate {
  /** Resolves when there is a place; rejects with the signal's reason when that is aborted before. */
  enter(signal: AbortSignal): Promise<void>;
  /** Gives the place to the first in line. Exactly once for each entry. */
  leave(): void;
}

/** A gate that nobody has entered yet. */
export function createGate(places: number): Gate {
  let taken = 0;
  /** In order of arrival; each exit admits the first in the queue. */
  const waiting = new Set<() => void>();
  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (taken < places) {
          taken += 1;
          return resolve();
        }
        const start = () => {
          waiting.delete(start);
          stop();
          resolve();
        };
        const stop = onAbort(signal, () => {
          waiting.delete(start);
          reject(signal.reason);
        });
        waiting.add(start);
      }),
    leave() {
      // The place stays taken where somebody waits for it.
      const [next] = waiting;
      if (next === undefined) taken -= 1;
      else next();
    },
  };
}
