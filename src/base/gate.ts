import { onAbort } from "./signals.ts";

/** Admits so many at once, and the others in order of arrival. */
export interface Gate {
  /** Resolves when there is a place; rejects with the signal's reason when that is aborted before. */
  enter(signal: AbortSignal): Promise<void>;
  /** Gives the place to the first in line. Exactly once for each entry. */
  leave(): void;
  /** How many are admitted at once. Whoever has entered stays when it becomes less. */
  places: number;
}

/** A gate that nobody has entered yet. */
export function createGate(initialPlaces: number): Gate {
  let places = initialPlaces;
  let taken = 0;
  /** In order of arrival. */
  const waiting = new Set<() => void>();
  const admit = () => {
    for (const start of waiting) {
      if (taken >= places) return;
      taken += 1;
      start();
    }
  };
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
      taken -= 1;
      admit();
    },
    get places() {
      return places;
    },
    set places(count) {
      places = count;
      admit();
    },
  };
}
