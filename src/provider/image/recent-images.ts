import type { PlanCall } from "../../framework/call.ts";
import type { KakaoCloud } from "../../kakaocloud/client.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Image } from "../../kakaocloud/images.ts";
import {
  PLAN_CHECK_TIMEOUT_MS,
  type SessionTimes,
  UNMANAGED_IMAGE_MAX_AGE_MS,
  UNMANAGED_IMAGE_SETTLE_MS,
} from "../defaults.ts";

/** The images that a run before this one may have created and not saved. */
export interface RecentImages {
  /**
   * The project's own images of the last hours, as they were when the first image was planned: this process has created none before.
   * One list for the process; undefined where it could not be read.
   */
  list(call: Pick<PlanCall<unknown>, "signal" | "log">): Promise<readonly Image[] | undefined>;
  /** Resolves a moment after it was first called, when Terraform has had the time to read what its state has. */
  settled(signal: AbortSignal): Promise<void>;
}

export function createRecentImages(kakaocloud: () => KakaoCloud, { clock }: SessionTimes): RecentImages {
  let listing: Promise<readonly Image[] | undefined> | undefined;
  let settledAt: number | undefined;

  async function read({ signal, log }: Pick<PlanCall<unknown>, "signal" | "log">) {
    const { images, serverTime } = kakaocloud();
    const deadline = clock.now() + PLAN_CHECK_TIMEOUT_MS;
    const earliest = serverTime() - UNMANAGED_IMAGE_MAX_AGE_MS;
    const recent: Image[] = [];
    try {
      for await (const page of images.pages({ image_type: "my" }, { signal, deadline, log })) {
        recent.push(...page.filter((image) => createdAt(image) >= earliest));
        // The newest come first.
        if (page.some((image) => createdAt(image) < earliest)) break;
      }
      return recent;
    } catch (error) {
      if (!isKakaoCloudError(error) && !signal.aborted) throw error;
      log.warn("the images could not be listed at plan; what a killed run left behind is not shown", {
        error: String(error),
      });
      return undefined;
    }
  }

  return {
    list(call) {
      listing ??= read(call);
      return listing;
    },
    async settled(signal) {
      settledAt ??= clock.now() + UNMANAGED_IMAGE_SETTLE_MS;
      const leftMs = settledAt - clock.now();
      // An interrupt ends the wait; what was found is still true.
      if (leftMs > 0) await clock.wait(leftMs, signal).catch(() => {});
    },
  };
}

/** Epoch milliseconds; NaN where the image does not say. */
export function createdAt({ created_at }: Image): number {
  return Date.parse(created_at ?? "");
}
