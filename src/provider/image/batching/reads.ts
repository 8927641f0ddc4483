import type { Clock } from "../../../base/clock.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import { BATCH_LIST_MAX_AGE_MS, BATCH_LIST_PAUSE_MS, BATCH_READS_FROM } from "../../defaults.ts";
import type { Caller, ImageList, ImageLister } from "./image-list.ts";

/** How one image can be read. */
export interface Read {
  readonly id: string;
  /** Whether what a list shows of the image may be used. */
  accepts(image: Image): boolean;
  /** Reads the image itself. */
  get(): Promise<Image>;
}

/** The reads of a process, which share lists where many come at once. */
export interface BatchedReads {
  /** The image, from a list or from `get`, and rejects as `get` does. What is not in a list is read by `get`. */
  read(read: Read, caller: Caller): Promise<Image>;
}

/**
 * Terraform has few reads in flight at once and announces no further ones. So the first few request their image at once;
 * whoever comes while those are in flight shares a list, and while the list is young enough everybody else does.
 *
 * @param wasWritten whether this process has changed the image: then no list is used, as lists may lag behind
 */
export function createBatchedReads(
  lister: ImageLister,
  wasWritten: (id: string) => boolean,
  clock: Clock,
): BatchedReads {
  let inFlight = 0;
  let list: ImageList | undefined;
  /** How many reads the list has served. */
  let served = 0;
  /** Until when no list is taken (`monotonicMs` of the clock), because the last was of little use. */
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function choose(caller: Caller): ImageList | undefined {
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

  function take(caller: Caller): ImageList | undefined {
    served = 0;
    const taken = lister.take(caller);
    // Reads that come so much later are no continuation, and a list that is too old is dropped.
    clock.after(2 * BATCH_LIST_MAX_AGE_MS, () => {
      if (list === taken) list = undefined;
    });
    return taken;
  }

  async function findInList({ id, accepts }: Read, caller: Caller): Promise<Image | undefined> {
    if (wasWritten(id)) return undefined;
    const image = await choose(caller)?.find(id, caller.signal);
    if (image === undefined || wasWritten(id) || !accepts(image)) return undefined;
    served += 1;
    return image;
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
