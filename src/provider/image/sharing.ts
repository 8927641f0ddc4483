import { systemClock } from "../../base/clock.ts";
import type { KakaoCloud } from "../../kakaocloud/client.ts";
import type { CreateLedger } from "../create-ledger.ts";
import { createImageLister } from "./image-list.ts";
import { createSharedLooks, type SharedLooks } from "./shared-looks.ts";
import { createSharedReads, type SharedReads } from "./shared-reads.ts";

/** How the requests of a process for images are shared. */
export interface ImageSharing {
  readonly reads: SharedReads;
  readonly looks: SharedLooks;
}

/** Nothing is shared: each asks for its own image. */
export const imageSharingOff: ImageSharing = {
  reads: { read: ({ get }) => get() },
  looks: {
    async next(_id, inMs, { signal }) {
      await systemClock.wait(inMs, signal);
      return undefined;
    },
  },
};

/** Sharing over an API client, and the client through which all writes must go, so that no list hides them. */
export function createImageSharing(
  kakaocloud: KakaoCloud,
  creates: CreateLedger,
): ImageSharing & { readonly kakaocloud: KakaoCloud } {
  const written = new Set<string>();
  const lister = createImageLister(() => kakaocloud.images);
  const wasWritten = (id: string) => creates.wasMade(id) || written.has(id.toLowerCase());
  return {
    kakaocloud: noteWrites(kakaocloud, (id) => written.add(id.toLowerCase())),
    reads: createSharedReads(lister, wasWritten),
    looks: createSharedLooks(lister),
  };
}

/** The same client; `note` is told of each image that is about to be changed. */
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
