import { type Clock, systemClock } from "../base/clock.ts";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import type { KakaoCloud } from "../kakaocloud/client.ts";
import { type CreateRegistry, createCreateRegistry } from "./create-registry.ts";
import { DEFAULT_TIMINGS, type SessionTimes, type Timings } from "./defaults.ts";
import {
  createImageBatching,
  createUnbatchedRequests,
  type ImageBatching,
} from "./image/batching/batching.ts";
import { createRecentImages, type RecentImages } from "./image/recent-images.ts";
import { createSourceVolumeReads, type SourceVolumeReads } from "./image/source-volume-reads.ts";
import { createVolumeQueue, type VolumeQueue } from "./image/volume-queue.ts";
import type { Journal } from "./journal.ts";

/** `off` turns batching off: every read of an image, and every poll, sends a request of its own. */
export const SHARED_READS_VARIABLE = "KAKAOCLOUD_SHARED_READS";

/** What resources get from configure. */
export interface Session extends SessionTimes {
  /** The API client. Throws `DiagnosticError` while the provider's configuration depends on values not known yet. */
  kakaocloud(): KakaoCloud;
  /** The creates of this process, so that no create adopts another's image. */
  readonly creates: CreateRegistry;
  /** The lists that this process reads for several reads or polls at once. */
  readonly images: ImageBatching;
  /** The creates that wait for their volume. */
  readonly volumeQueue: VolumeQueue;
  /** The volumes that this process creates images from. */
  readonly sourceVolumes: SourceVolumeReads;
  /** What runs before this one may have left behind. */
  readonly recentImages: RecentImages;
  /** Where creates are recorded; undefined by default. */
  readonly journal: Journal | undefined;
}

/** How a session works. */
export interface SessionOptions {
  readonly clock?: Clock | undefined;
  readonly journal?: Journal | undefined;
  readonly sharedReads?: boolean | undefined;
  readonly timings?: Timings | undefined;
}

/** A session for a configuration that is known. Requests for images are batched by default. */
export function openSession(
  kakaocloud: KakaoCloud,
  { clock = systemClock, journal, sharedReads = true, timings = DEFAULT_TIMINGS }: SessionOptions = {},
): Session {
  const creates = createCreateRegistry((id) => journal?.saved(id));
  const batching = createImageBatching(kakaocloud, creates, { clock, timings });
  return {
    kakaocloud: () => batching.kakaocloud,
    creates,
    images: sharedReads ? batching : createUnbatchedRequests(clock),
    volumeQueue: createVolumeQueue({ clock, timings }),
    sourceVolumes: createSourceVolumeReads(() => batching.kakaocloud.volumes, { clock, sharedReads }),
    recentImages: createRecentImages(() => kakaocloud, { clock, timings }),
    journal,
    clock,
    timings,
  };
}

/** Whether the environment lets requests for images be batched. */
export function sharesReads(environment: NodeJS.ProcessEnv): boolean {
  return environment[SHARED_READS_VARIABLE]?.trim().toLowerCase() !== "off";
}

/** A session for a plan in which the named attributes are still unknown: plans of new resources need no API. */
export function pendingSession(unknown: readonly string[]): Session {
  const kakaocloud = () => {
    throw new DiagnosticError(
      errorDiagnostic(
        "Provider Configuration Not Known Yet",
        `The provider needs ${unknown.join(" and ")} to read existing objects, but in this plan the value depends on ` +
          "something that is only known after apply. Apply that first (terraform apply -target=…), or use a value " +
          "that is known at plan.",
      ),
    );
  };
  const times = { clock: systemClock, timings: DEFAULT_TIMINGS };
  return {
    kakaocloud,
    creates: createCreateRegistry(),
    images: createUnbatchedRequests(systemClock),
    volumeQueue: createVolumeQueue(times),
    sourceVolumes: createSourceVolumeReads(kakaocloud, { clock: systemClock, sharedReads: false }),
    recentImages: createRecentImages(kakaocloud, times),
    journal: undefined,
    ...times,
  };
}
