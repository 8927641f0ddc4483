import { onAbort } from "../../../base/signals.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import type { Caller, Lister, SharedList } from "../../batching/list.ts";
import { BATCH_POLL_EARLY_SHARE, BATCH_POLLS_FROM, type SessionTimes } from "../../defaults.ts";

/** The polls of a process for images that it waits for, which share lists where several are due at once. */
export interface BatchedPolls {
  /**
   * Resolves with the image when a list, read from now on, shows it; at the latest when a poll is due, in `inMs`
   * milliseconds. Without the image the caller reads it: `hidden` when a list did not have it, undefined when
   * there was none. Rejects with the signal's reason when that is aborted.
   */
  next(id: string, inMs: number, caller: Caller): Promise<Listed>;
}

/** What a list showed of an image. */
export type Listed = Image | "hidden" | undefined;

interface Waiter {
  readonly id: string;
  readonly caller: Caller;
  /** From when on it comes along with others (`monotonicMs` of the clock). */
  readonly earliestAt: number;
  readonly dueAt: number;
  /** Ends the wait. Harmless when repeated. */
  end(listed: Listed): void;
}

/**
 * One timer for all waits. When a poll is due and enough others wait for theirs, a list is read. It serves all who are
 * found in it. Who is not reads its image by itself if its poll is due or nearly so, and waits on otherwise.
 */
export function createBatchedPolls(
  lister: Lister<Image>,
  { clock, timings: { pollMinIntervalMs } }: SessionTimes,
): BatchedPolls {
  /** Those whose poll is neither due nor under way. */
  const waiting = new Set<Waiter>();
  let cancelTimer = () => {};
  /** The list that is being read. Polls that come due meanwhile wait for it a little, to share the next with its own. */
  let reading: SharedList<Image> | undefined;

  function schedule(): void {
    cancelTimer();
    if (waiting.size === 0) return;
    const dueAt = Math.min(...[...waiting].map((waiter) => waiter.dueAt));
    const heldUntil = reading === undefined ? 0 : reading.begunAt + pollMinIntervalMs;
    // Never at once: the one who waits is not in line yet.
    cancelTimer = clock.after(Math.max(1, Math.max(dueAt, heldUntil) - clock.monotonicMs()), pollNow);
  }

  function pollNow(): void {
    const now = clock.monotonicMs();
    const ready = [...waiting].filter(({ earliestAt }) => earliestAt <= now);
    // A list costs as little as a poll, and whoever takes part is from then on in step with the others.
    const isWorthIt = waiting.size >= BATCH_POLLS_FROM * lister.cost();
    if (!isWorthIt || !pollTogether(ready)) {
      for (const waiter of ready) if (waiter.dueAt <= now + 1) waiter.end(undefined);
    }
    schedule();
  }

  function pollTogether(ready: readonly Waiter[]): boolean {
    const [first] = ready;
    const list = first && lister.take(first.caller);
    if (list === undefined) return false;
    reading = list;
    void list.over.then(() => {
      if (reading !== list) return;
      reading = undefined;
      schedule();
    });
    const others = [...waiting].filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) {
      waiting.delete(waiter);
      void list
        .find(waiter.id, waiter.caller.signal)
        .then((image) => waiter.end(image ?? (list.useless ? undefined : "hidden")));
    }
    for (const waiter of others) {
      void list.find(waiter.id, waiter.caller.signal).then((image) => {
        if (image !== undefined) waiter.end(image);
      });
    }
    return true;
  }

  return {
    next: (id, inMs, caller) =>
      new Promise((resolve, reject) => {
        const { signal } = caller;
        if (signal.aborted) return reject(signal.reason);
        const dueAt = clock.monotonicMs() + inMs;
        const leave = () => {
          stopListening();
          if (waiting.delete(waiter)) schedule();
        };
        const stopListening = onAbort(signal, () => {
          leave();
          reject(signal.reason);
        });
        const waiter: Waiter = {
          id,
          caller,
          earliestAt: dueAt - inMs * BATCH_POLL_EARLY_SHARE,
          dueAt,
          end: (listed) => {
            leave();
            resolve(listed);
          },
        };
        waiting.add(waiter);
        schedule();
      }),
  };
}
