import type { Call } from "../../framework/call.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import { type Progress, poll } from "../poll.ts";
import type { Session } from "../session.ts";
import { isReadyInList } from "./batching/listed-image.ts";
import { imagePhase } from "./status.ts";

/** An image as log lines name it. `name` is the one in the configuration or state. */
export interface NamedImage {
  readonly id: string;
  readonly name: string;
}

/** What a poll of an image returned: the image, or that the API does not know it. */
export type PollResult = Image | "not found";

/**
 * Reads an image at once and then until `decide` returns something, see {@link poll}. Polls that are due at the same time
 * share a list; anything that may end the wait other than as a whole image is confirmed by a read of the image itself.
 *
 * @throws the signal's reason when the operation is stopped or out of time, what `decide` throws, and errors that do not pass.
 */
export function pollImage<T>(
  { id, name }: NamedImage,
  call: Call<Session>,
  progress: Progress,
  decide: (result: PollResult) => T | undefined,
): Promise<T> {
  return pollBatched(
    { id, name },
    { firstReadInMs: 0, get: createGet(id, call), isWhole: isReadyInList },
    call,
    progress,
    decide,
  );
}

/**
 * As {@link pollImage}, for an image that was requested just now: a read at once would show nothing new. Lists may show it
 * before single requests find it, so for a while only what the image itself has shown makes "not found" mean deleted.
 */
export function pollNewImage<T>(
  created: Image,
  name: string,
  call: Call<Session>,
  progress: Progress,
  decide: (result: PollResult) => T | undefined,
): Promise<T> {
  const { clock, timings } = call.client;
  const { visibilityGraceMs, pollMinIntervalMs } = timings;
  const startedAt = clock.now();
  const read = createGet(created.id, call);
  let wasSeen = false;
  const get = async (listed: Image | undefined): Promise<Image> => {
    try {
      const image = await read();
      wasSeen = true;
      return image;
    } catch (error) {
      const isEarly = !wasSeen && clock.now() - startedAt < visibilityGraceMs;
      if (isEarly && listed !== undefined && isKakaoCloudError(error, "not_found")) return listed;
      throw error;
    }
  };
  const isWhole = (listed: Image) => isReadyInList(listed, created);
  return pollBatched(
    { id: created.id, name },
    { firstReadInMs: pollMinIntervalMs, get, isWhole },
    call,
    progress,
    decide,
  );
}

function createGet(id: string, call: Call<Session>): () => Promise<Image> {
  return () => call.client.kakaocloud().images.get(id, call);
}

interface Reading {
  readonly firstReadInMs: number;
  /** Reads the image itself. `listed` is what a list has last shown. */
  get(listed: Image | undefined): Promise<Image>;
  /** Whether a list shows the image as ready and leaves nothing out. */
  isWhole(listed: Image): boolean;
}

function pollBatched<T>(
  { id, name }: NamedImage,
  { firstReadInMs, get, isWhole }: Reading,
  call: Call<Session>,
  progress: Progress,
  decide: (result: PollResult) => T | undefined,
): Promise<T> {
  let lastListed: Image | undefined;
  /** Whether a list left out the image although it exists: it hides it or lags behind, and later lists would, too. */
  let isHidden = false;
  const read = () => get(lastListed);
  return poll<PollResult, T>(
    {
      subject: `image "${name}" (${id})`,
      firstReadInMs,
      read,
      async readWithin(ms) {
        if (isHidden) {
          await call.client.clock.wait(ms, call.signal);
          return read();
        }
        const listed = await call.client.images.polls.next(id, ms, call);
        if (typeof listed === "object" && (isWhole(listed) || isPending(listed))) {
          lastListed = listed;
          return listed;
        }
        if (listed === "hidden") lastListed = undefined;
        const image = await read();
        isHidden = listed === "hidden";
        return image;
      },
      notFound: "not found",
      statusOf: (result) => (result === "not found" ? result : result.status),
    },
    call,
    progress,
    decide,
  );
}

/** A status that a list leaves out says nothing. */
const isPending = ({ status }: Image): boolean => status !== null && imagePhase(status) === "pending";
