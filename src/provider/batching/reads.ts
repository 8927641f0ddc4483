import type { Clock } from "../../base/clock.ts";
import { BATCH_LIST_MAX_AGE_MS, BATCH_LIST_PAUSE_MS, BATCH_READS_FROM } from "../defaults.ts";
import type { Caller, Identified, Lister, SharedList } from "./list.ts";

/** How one object can be read. */
export interface Read<T> {
  readonly id: string;
  /** Whether what a list shows of the object may be used. */
  accepts(listed: T): boolean;
  /** Reads the object itself. */
  get(): Promise<T>;
}

/** The reads of a process, which share lists where many come at once. */
export interface BatchedReads<T> {
  /** The object, from a list or from `get`, and rejects as `get` does. What is not in a list is read by `get`. */
  read(read: Read<T>, caller: Caller): Promise<T>;
}

/** Nothing is shared: each read sends a request of its own. */
export const UNBATCHED_READS: BatchedReads<never> = { read: ({ get }) => get() };

/**
 * Terraform has few reads in flight at once and announces no further ones. So the first few send their own request;
 * whoever comes while those are in flight shares a list, and while the list is young enough everybody else does.
 *
 * @param wasWritten whether this process has changed the object: then no list is used, as lists may lag behind
 */
export function createBatchedReads<T extends Identified>(
  lister: Lister<T>,
  wasWritten: (id: string) => boolean,
  clock: Clock,
): BatchedReads<T> {
  let inFlight = 0;
  let list: SharedList<T> | undefined;
  /** How many reads the list has served. */
  let served = 0;
  /** Until when no list is taken (`monotonicMs` of the clock), because the last was of little use. */
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function choose(caller: Caller): SharedList<T> | undefined {
    const now = clock.monotonicMs();
    const last = list?.useless ? undefined : list;
    if (last && now < last.begunAt + BATCH_LIST_MAX_AGE_MS) return last;
    let isUseful = false;
    if (last) {
      // One that has served few was not worth its requests, and the next one would hardly be.
      isUseful = served >= BATCH_READS_FROM * lister.cost();
      if (!isUseful) pausedUntil = now + BATCH_LIST_PAUSE_MS;
    }
    const isWorthIt = now >= pausedUntil && (isUseful || inFlight > BATCH_READS_FROM);
    list = isWorthIt ? take(caller) : undefined;
    return list;
  }

  function take(caller: Caller): SharedList<T> | undefined {
    served = 0;
    const taken = lister.take(caller);
    // Reads that come so much later are no continuation, and a list that is too old is dropped.
    clock.after(2 * BATCH_LIST_MAX_AGE_MS, () => {
      if (list === taken) list = undefined;
    });
    return taken;
  }

  async function findInList({ id, accepts }: Read<T>, caller: Caller): Promise<T | undefined> {
    if (wasWritten(id)) return undefined;
    const listed = await choose(caller)?.find(id, caller.signal);
    if (listed === undefined || wasWritten(id) || !accepts(listed)) return undefined;
    served += 1;
    return listed;
  }

  return {
    async read(read, caller) {
      inFlight += 1;
      try {
        return (await findInList(read, caller)) ?? (await read.get());
      } finally {
        inFlight -= 1;
      }
    },
  };
}
