import type { Image } from "../../kakaocloud/images.ts";
import { SHARED_LOOK_EARLY, SHARED_LOOKS_FROM } from "../defaults.ts";
import type { ImageLister, Looker } from "./image-list.ts";

/** The looks of a process at images that it waits for, which share lists where several are due at once. */
export interface SharedLooks {
  /**
   * Resolves with the image when a list, read from now on, shows it; at the latest when a look is due, in `inMs`
   * milliseconds. Without the image it is for the caller to look: `hidden` when a list did not have it, undefined when
   * there was none. Rejects with the signal's reason when that is aborted.
   */
  next(id: string, inMs: number, looker: Looker): Promise<Listed>;
}

/** What a list showed of an image. */
export type Listed = Image | "hidden" | undefined;

interface Waiter {
  readonly id: string;
  readonly looker: Looker;
  /** From when on it comes along with others (`performance.now()`). */
  readonly earliestAt: number;
  readonly dueAt: number;
  /** Ends the wait. Harmless when repeated. */
  end(listed: Listed): void;
}

/**
 * One timer for all waits. When the first look is due, everybody who is about to look comes along; if those are enough to
 * be worth it, a list answers them, and whoever else waits and is found in it.
 */
export function createSharedLooks(lister: ImageLister): SharedLooks {
  /** Those whose look is neither due nor under way. */
  const waiting = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    clearTimeout(timer);
    if (waiting.size === 0) return;
    const dueAt = Math.min(...[...waiting].map((waiter) => waiter.dueAt));
    timer = setTimeout(lookNow, Math.max(0, dueAt - performance.now()));
  }

  function lookNow(): void {
    const now = performance.now();
    const ready = [...waiting].filter(({ earliestAt }) => earliestAt <= now);
    const isWorthIt = ready.length >= SHARED_LOOKS_FROM * lister.cost();
    if (!isWorthIt || !lookTogether(ready)) {
      for (const waiter of ready) if (waiter.dueAt <= now + 1) waiter.end(undefined);
    }
    schedule();
  }

  function lookTogether(ready: readonly Waiter[]): boolean {
    const [first] = ready;
    const list = first && lister.take(first.looker);
    if (list === undefined) return false;
    const others = [...waiting].filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) {
      waiting.delete(waiter);
      void list
        .find(waiter.id, waiter.looker.signal)
        .then((image) => waiter.end(image ?? (list.useless ? undefined : "hidden")));
    }
    for (const waiter of others) {
      void list.find(waiter.id, waiter.looker.signal).then((image) => {
        if (image !== undefined) waiter.end(image);
      });
    }
    return true;
  }

  return {
    next: (id, inMs, looker) =>
      new Promise((resolve, reject) => {
        const { signal } = looker;
        if (signal.aborted) return reject(signal.reason);
        const dueAt = performance.now() + inMs;
        const leave = () => {
          signal.removeEventListener("abort", abort);
          if (waiting.delete(waiter)) schedule();
        };
        const abort = () => {
          leave();
          reject(signal.reason);
        };
        const waiter: Waiter = {
          id,
          looker,
          earliestAt: dueAt - inMs * SHARED_LOOK_EARLY,
          dueAt,
          end: (listed) => {
            leave();
            resolve(listed);
          },
        };
        signal.addEventListener("abort", abort, { once: true });
        waiting.add(waiter);
        schedule();
      }),
  };
}
