import type { CallOptions } from "../../base/call.ts";
import type { Clock } from "../../base/clock.ts";
import type { Call } from "../../framework/call.ts";
import type { Volume, VolumesApi } from "../../kakaocloud/volumes.ts";
import { createLister } from "../batching/list.ts";
import { type BatchedReads, createBatchedReads, UNBATCHED_READS } from "../batching/reads.ts";
import { BATCH_LIST_MAX_AGE_MS } from "../defaults.ts";

type ReadCall = Pick<Call<unknown>, "signal" | "deadline" | "log">;

/**
 * The volumes that this process creates images from, as they were at most {@link BATCH_LIST_MAX_AGE_MS} ago, but after an image
 * of them was last requested. Both reads reject as the API client does.
 */
export interface SourceVolumeReads {
  /** For the plan of an image. What ends one plan's request ends it for all that share it. */
  forPlan(volumeId: string, call: ReadCall): Promise<Volume>;
  forCreate(volumeId: string, call: ReadCall): Promise<Volume>;
  /** Call it before an image of the volume is requested: what was read before no longer says whether the volume is free. */
  imageRequested(volumeId: string): void;
}

/**
 * Terraform plans an image once more right before it creates it, so that one read serves both; and images that are planned
 * side by side share a list.
 */
export function createSourceVolumeReads(
  volumes: () => VolumesApi,
  { clock, sharedReads }: { readonly clock: Clock; readonly sharedReads: boolean },
): SourceVolumeReads {
  const recent = new Map<string, Volume>();
  const planned = new Map<string, Promise<Volume>>();
  /** How many images this process has requested of a volume. */
  const requests = new Map<string, number>();
  const list = (options: CallOptions) => volumes().list({}, options);
  const batched: BatchedReads<Volume> = sharedReads
    ? createBatchedReads(createLister("volumes", list, clock), (id) => requests.has(id), clock)
    : UNBATCHED_READS;

  async function read(volumeId: string, call: ReadCall): Promise<Volume> {
    const id = volumeId.toLowerCase();
    const requestsBefore = requests.get(id);
    const begunAt = clock.monotonicMs();
    const get = () => volumes().get(volumeId, call);
    const volume = await batched.read({ id, accepts: isWhole, get }, call);
    const restMs = begunAt + BATCH_LIST_MAX_AGE_MS - clock.monotonicMs();
    if (restMs > 0 && requests.get(id) === requestsBefore) {
      recent.set(id, volume);
      clock.after(restMs, () => {
        if (recent.get(id) === volume) recent.delete(id);
      });
    }
    return volume;
  }

  return {
    async forPlan(volumeId, call) {
      const id = volumeId.toLowerCase();
      const known = recent.get(id) ?? planned.get(id);
      if (known !== undefined) return known;
      const reading = read(volumeId, call).finally(() => planned.delete(id));
      planned.set(id, reading);
      return reading;
    },
    async forCreate(volumeId, call) {
      return recent.get(volumeId.toLowerCase()) ?? read(volumeId, call);
    },
    imageRequested(volumeId) {
      const id = volumeId.toLowerCase();
      requests.set(id, (requests.get(id) ?? 0) + 1);
      recent.delete(id);
    },
  };
}

/** Whether a list shows what a create wants to know of a volume. */
const isWhole = ({ status, is_root, is_bootable }: Volume): boolean =>
  status !== null && is_root !== null && is_bootable !== null;
