import { monotonicMs } from "../../base/monotonic.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { SHARED_LIST_MAX_AGE_MS, SHARED_LIST_REST_MS, SHARED_READS_FROM } from "../defaults.ts";
import type { ImageList, ImageLister, Looker } from "./image-list.ts";

/** How one image can be read. */
export interface Read {
  readonly id: string;
  /** Whether what a list shows of the image may be believed. */
  believes(image: Image): boolean;
  /** Asks for the image itself. */
  get(): Promise<Image>;
}

/** The reads of a process, which share lists where many come at once. */
export interface SharedReads {
  /** The image, from a list or by asking for it; rejects as `get` does. What is not in a list is asked for. */
  read(read: Read, looker: Looker): Promise<Image>;
}

/**
 * Terraform has few reads in flight at once and tells of no further ones. So the first few ask for their image at once;
 * whoever comes while those are in flight shares a list, and while the list is young enough everybody else does.
 *
 * @param wasWritten whether this process has changed the image: then no list is believed, as lists may lag behind
 */
export function createSharedReads(lister: ImageLister, wasWritten: (id: string) => boolean): SharedReads {
  let inFlight = 0;
  let list: ImageList | undefined;
  /** How many reads the list has answered. */
  let answered = 0;
  /** Until when no list is taken (`monotonicMs()`), because the last was of little use. */
  let restsUntil = Number.NEGATIVE_INFINITY;

  function choose(looker: Looker): ImageList | undefined {
    const now = monotonicMs();
    const last = list?.useless ? undefined : list;
    if (last && now < last.begunAt + SHARED_LIST_MAX_AGE_MS) return last;
    let goesOn = false;
    if (last) {
      // One that has answered few was not worth its requests, and the next one would hardly be.
      goesOn = answered >= SHARED_READS_FROM * lister.cost();
      if (!goesOn) restsUntil = now + SHARED_LIST_REST_MS;
    }
    const isWorthIt = now >= restsUntil && (goesOn || inFlight > SHARED_READS_FROM);
    list = isWorthIt ? take(looker) : undefined;
    return list;
  }

  function take(looker: Looker): ImageList | undefined {
    answered = 0;
    const taken = lister.take(looker);
    // Reads that come so much later are no continuation, and what is too old to be used need not be kept.
    setTimeout(() => {
      if (list === taken) list = undefined;
    }, 2 * SHARED_LIST_MAX_AGE_MS).unref();
    return taken;
  }

  async function findInList({ id, believes }: Read, looker: Looker): Promise<Image | undefined> {
    if (wasWritten(id)) return undefined;
    const image = await choose(looker)?.find(id, looker.signal);
    if (image === undefined || wasWritten(id) || !believes(image)) return undefined;
    answered += 1;
    return image;
  }

  return {
    async read(read, looker) {
      inFlight += 1;
      try {
        return (await findInList(read, looker)) ?? (await read.get());
      } finally {
        inFlight -= 1;
      }
    },
  };
}
