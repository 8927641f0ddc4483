import type { CallOptions } from "../../../base/call.ts";
import type { Clock } from "../../../base/clock.ts";
import type { KakaoCloud } from "../../../kakaocloud/client.ts";
import type { Image } from "../../../kakaocloud/images.ts";
import { createLister } from "../../batching/list.ts";
import { type BatchedReads, createBatchedReads, UNBATCHED_READS } from "../../batching/reads.ts";
import type { CreateRegistry } from "../../create-registry.ts";
import type { SessionTimes } from "../../defaults.ts";
import { type BatchedPolls, createBatchedPolls } from "./polls.ts";

/** How the requests of a process for images are batched. */
export interface ImageBatching {
  readonly reads: BatchedReads<Image>;
  readonly polls: BatchedPolls;
}

/** Nothing is batched: each sends a request of its own. */
export function createUnbatchedRequests(clock: Clock): ImageBatching {
  return {
    reads: UNBATCHED_READS,
    polls: {
      async next(_id, inMs, { signal }) {
        await clock.wait(inMs, signal);
        return undefined;
      },
    },
  };
}

/** Batching over an API client, and the client for all writes, so that no list hides them. */
export function createImageBatching(
  kakaocloud: KakaoCloud,
  creates: CreateRegistry,
  times: SessionTimes,
): ImageBatching & { readonly kakaocloud: KakaoCloud } {
  const written = new Set<string>();
  const list = (options: CallOptions) => kakaocloud.images.list({ image_type: "my" }, options);
  const lister = createLister("images", list, times.clock);
  const wasWritten = (id: string) => creates.wasCreated("image", id) || written.has(id.toLowerCase());
  return {
    kakaocloud: noteWrites(kakaocloud, (id) => written.add(id.toLowerCase())),
    reads: createBatchedReads(lister, wasWritten, times.clock),
    polls: createBatchedPolls(lister, times),
  };
}

/** The same client; `note` is called with each image that is about to be changed. */
function noteWrites(kakaocloud: KakaoCloud, note: (id: string) => void): KakaoCloud {
  const { images, members } = kakaocloud;
  return {
    ...kakaocloud,
    images: {
      ...images,
      update(id, changes, call) {
        note(id);
        return images.update(id, changes, call);
      },
      delete(id, call) {
        note(id);
        return images.delete(id, call);
      },
    },
    members: {
      ...members,
      add(imageId, memberId, call) {
        note(imageId);
        return members.add(imageId, memberId, call);
      },
      remove(imageId, memberId, call) {
        note(imageId);
        return members.remove(imageId, memberId, call);
      },
    },
  };
}
