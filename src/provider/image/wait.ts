import { systemClock } from "../../base/clock.ts";
import type { Call } from "../../framework/call.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { POLL_MIN_INTERVAL_MS, VISIBILITY_GRACE_MS } from "../defaults.ts";
import { type Progress, watch } from "../poll.ts";
import type { Session } from "../session.ts";
import { isReadyInList } from "./listed-image.ts";
import { imagePhase } from "./status.ts";

export type { Progress } from "../poll.ts";

/** What a look at an image showed: the image, or that the API does not know it. */
export type Sight = Image | "not found";

/**
 * Looks at an image at once, and again and again until `decide` has an answer, see {@link watch}. Looks that are due at the
 * same time as others' share a list; what may end the wait other than as a whole image is looked at by itself.
 *
 * @throws the signal's reason when the operation is stopped or out of time, what `decide` throws, and errors that do not pass.
 */
export function watchImage<T>(
  id: string,
  call: Call<Session>,
  progress: Progress,
  decide: (sight: Sight) => T | undefined,
): Promise<T> {
  return watchShared(id, 0, createGet(id, call), call, progress, decide);
}

/**
 * As {@link watchImage}, for an image that was asked for just now: a look at once would show nothing new. Lists may know it
 * before it can be asked for, so for a while only what the image itself has shown makes "not found" mean that it is gone.
 */
export function watchNewImage<T>(
  id: string,
  call: Call<Session>,
  progress: Progress,
  decide: (sight: Sight) => T | undefined,
): Promise<T> {
  const begunAt = Date.now();
  const get = createGet(id, call);
  let wasSeen = false;
  const getNew = async (listed: Image | undefined): Promise<Image> => {
    try {
      const image = await get();
      wasSeen = true;
      return image;
    } catch (error) {
      const isEarly = !wasSeen && Date.now() - begunAt < VISIBILITY_GRACE_MS;
      if (isEarly && listed !== undefined && isKakaoCloudError(error, "not_found")) return listed;
      throw error;
    }
  };
  return watchShared(id, POLL_MIN_INTERVAL_MS, getNew, call, progress, decide);
}

function createGet(id: string, call: Call<Session>): () => Promise<Image> {
  return () => call.client.kakaocloud().images.get(id, call);
}

function watchShared<T>(
  id: string,
  firstLookInMs: number,
  get: (listed: Image | undefined) => Promise<Image>,
  call: Call<Session>,
  progress: Progress,
  decide: (sight: Sight) => T | undefined,
): Promise<T> {
  /** As a list has last shown it. */
  let lastListed: Image | undefined;
  /** Whether a list did not show the image although it exists: it hides it or lags behind, and would go on to. */
  let isHidden = false;
  const look = () => get(lastListed);
  return watch<Sight, T>(
    {
      subject: `image ${id}`,
      firstLookInMs,
      look,
      async lookIn(ms) {
        if (isHidden) {
          await systemClock.wait(ms, call.signal);
          return look();
        }
        const listed = await call.client.images.looks.next(id, ms, call);
        if (typeof listed === "object" && saysEnough(listed)) {
          lastListed = listed;
          return listed;
        }
        if (listed === "hidden") lastListed = undefined;
        const image = await look();
        isHidden = listed === "hidden";
        return image;
      },
      notFound: "not found",
      statusOf: (sight) => (sight === "not found" ? sight : sight.status),
    },
    call,
    progress,
    decide,
  );
}

/** Only that it is still pending, or ready and whole, is taken from a list. */
function saysEnough(listed: Image): boolean {
  return isReadyInList(listed) || (listed.status !== null && imagePhase(listed.status) === "pending");
}
