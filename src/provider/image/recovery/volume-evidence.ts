import type { Call } from "../../../framework/call.ts";
import { isKakaoCloudError } from "../../../kakaocloud/errors.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import type { Volume } from "../../../kakaocloud/volumes.ts";
import type { Session } from "../../session.ts";
import { isBusyStatus } from "../../volume/status.ts";
import { imagePhase } from "../status.ts";

const GIB = 1024 ** 3;

/** Statuses in which an image is being copied from its volume, so that the volume is occupied. */
const COPYING: ReadonlySet<string> = new Set(["queued", "saving", "importing", "uploading"]);

/** What the source volume shows about images that may have been created from it. The API names no image's volume. */
export interface VolumeEvidence {
  /** Compares these images with the volume as it is now. Call it again while the outcome is open. */
  gather(candidates: readonly Image[]): Promise<void>;
  /** Whether the image cannot be from the volume. */
  excludes(image: Image): boolean;
  /** Whether something speaks for the image being from the volume, and created by the request that was lost. */
  supports(image: Image): boolean;
}

/**
 * Evidence for a request that was lost. A volume is occupied while an image is being created from it: one that was free
 * before the request and is occupied after it speaks for the request, one that stays free speaks for another volume's image.
 *
 * @param wasFree whether the volume was seen free shortly before the request
 */
export function createVolumeEvidence(
  volumeId: string,
  wasFree: boolean,
  call: Call<Session>,
): VolumeEvidence {
  let volume: Volume | undefined;
  let becameBusy = false;
  const copiedElsewhere = new Set<string>();
  const { clock, timings } = call.client;
  const { images, volumes } = call.client.kakaocloud();

  /** Whether the image is still being copied after the volume was seen free: then it is another volume that is copied. */
  async function isCopying(id: string): Promise<boolean> {
    const image = await ifReadable(images.get(id, call));
    return image !== undefined && COPYING.has(image.status?.toLowerCase() ?? "");
  }

  return {
    async gather(candidates) {
      // An outage of the volume service alone must not delay the result of the lists.
      const deadline = Math.min(call.deadline, clock.now() + timings.recoverySettleMs);
      const now = await ifReadable(volumes.get(volumeId, { signal: call.signal, deadline, log: call.log }));
      if (now === undefined) return;
      volume = now;
      if (isBusyStatus(now.status)) {
        becameBusy ||= wasFree;
        return;
      }
      for (const { id, status } of candidates) {
        if (!COPYING.has(status?.toLowerCase() ?? "") || copiedElsewhere.has(id)) continue;
        if (await isCopying(id)) copiedElsewhere.add(id);
      }
    },
    excludes: (image) => copiedElsewhere.has(image.id) || sizeMatches(image, volume) === false,
    supports: (image) =>
      becameBusy ||
      (wasFree && imagePhase(image.status) !== "pending" && sizeMatches(image, volume) === true),
  };
}

/** An image is as large as its volume; undefined where one of the sizes is not known. */
export function sizeMatches(
  { virtual_size, min_disk }: Image,
  volume: Volume | undefined,
): boolean | undefined {
  const size = volume?.size ?? null;
  if (size === null) return undefined;
  if (virtual_size !== null && virtual_size > 0) return virtual_size === size * GIB;
  return min_disk !== null && min_disk < size ? false : undefined;
}

async function ifReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isKakaoCloudError(error)) return undefined;
    throw error;
  }
}
