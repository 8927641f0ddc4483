import type { Clock } from "../base/clock.ts";

const MINUTE_MS = 60_000;

/** Time limits that hold where the user sets none in `timeouts`. */
export const IMAGE_CREATE_TIMEOUT_MS = 60 * MINUTE_MS;
export const IMAGE_READ_TIMEOUT_MS = 10 * MINUTE_MS;
export const IMAGE_UPDATE_TIMEOUT_MS = 30 * MINUTE_MS;
export const IMAGE_DELETE_TIMEOUT_MS = 30 * MINUTE_MS;
export const IMAGE_MEMBER_CREATE_TIMEOUT_MS = 60 * MINUTE_MS;
export const IMAGE_MEMBER_READ_TIMEOUT_MS = 30 * MINUTE_MS;
export const IMAGE_MEMBER_UPDATE_TIMEOUT_MS = 30 * MINUTE_MS;
export const IMAGE_MEMBER_DELETE_TIMEOUT_MS = 30 * MINUTE_MS;
export const DATA_SOURCE_READ_TIMEOUT_MS = 30 * MINUTE_MS;

/** How long configure may take: a token and the service endpoints. Long enough for an outage of two minutes. */
export const CONFIGURE_TIMEOUT_MS = 5 * MINUTE_MS;

/** How long a plan waits for the volume of a new image. */
export const PLAN_CHECK_TIMEOUT_MS = 15_000;

/** How long the provider waits between requests, and how long it distrusts what the API returns. Tests shorten them. */
export interface Timings {
  /** The delay before the first poll, and the shortest time between two polls. */
  readonly pollMinIntervalMs: number;
  /** The longest time between two polls. */
  readonly pollMaxIntervalMs: number;
  /** The shortest time between two reads of an occupied volume, so that a create that waits for it begins soon. */
  readonly volumePollMinIntervalMs: number;
  /** How long a new image may be unknown to the API before that counts (it is eventually consistent). */
  readonly visibilityGraceMs: number;
  /** How long an image that was seen while being created may be unknown to the API before it counts as deleted. */
  readonly disappearanceGraceMs: number;
  /** How long an image that is to be shared may be unknown to the API: a copy of it may lag behind the one that created it. */
  readonly shareNotFoundGraceMs: number;
  /** How long a refused change of a share (409) is tried again before the API's reason is reported. */
  readonly shareConflictWindowMs: number;
  /** How long a create waits for the name of an image that is being deleted. */
  readonly nameReleaseWindowMs: number;
  /** How long a refused delete (409) is tried again before the API's reason is reported. */
  readonly deleteConflictWindowMs: number;
  /** How long a lost create is recovered. */
  readonly recoveryWindowMs: number;
  /**
   * How long lists are read before the only image found is adopted: another that fits as well may be
   * listed later. It costs nothing, as the image is being created meanwhile.
   */
  readonly recoverySettleMs: number;
  /** How far an image's `created_at` may be off the clock of the API's responses. */
  readonly createdAtToleranceMs: number;
}

/** What all waits of a session go by. */
export interface SessionTimes {
  readonly clock: Clock;
  readonly timings: Timings;
}

/** The timings outside of tests. */
export const DEFAULT_TIMINGS: Timings = {
  pollMinIntervalMs: 250,
  pollMaxIntervalMs: 10_000,
  volumePollMinIntervalMs: 25,
  visibilityGraceMs: 2 * MINUTE_MS,
  disappearanceGraceMs: 10_000,
  shareNotFoundGraceMs: 5_000,
  shareConflictWindowMs: 15_000,
  nameReleaseWindowMs: 10 * MINUTE_MS,
  deleteConflictWindowMs: 30_000,
  recoveryWindowMs: 30_000,
  recoverySettleMs: 10_000,
  createdAtToleranceMs: 5_000,
};

/** The default timings, each multiplied. How exact the API's clocks are does not change. */
export function scaledTimings(factor: number): Timings {
  const { createdAtToleranceMs, ...waits } = DEFAULT_TIMINGS;
  return {
    pollMinIntervalMs: waits.pollMinIntervalMs * factor,
    pollMaxIntervalMs: waits.pollMaxIntervalMs * factor,
    volumePollMinIntervalMs: waits.volumePollMinIntervalMs * factor,
    visibilityGraceMs: waits.visibilityGraceMs * factor,
    disappearanceGraceMs: waits.disappearanceGraceMs * factor,
    shareNotFoundGraceMs: waits.shareNotFoundGraceMs * factor,
    shareConflictWindowMs: waits.shareConflictWindowMs * factor,
    nameReleaseWindowMs: waits.nameReleaseWindowMs * factor,
    deleteConflictWindowMs: waits.deleteConflictWindowMs * factor,
    recoveryWindowMs: waits.recoveryWindowMs * factor,
    recoverySettleMs: waits.recoverySettleMs * factor,
    createdAtToleranceMs,
  };
}

/** How long a create request that its process did not outlive may have taken to arrive. */
export const JOURNALED_REQUEST_MS = 15_000;

/**
 * An image that was created longer ago than this is not taken for one that a killed run left behind: whoever repeats a run does so on the
 * same day, and an image of the same name that a job replaces every night is not meant.
 */
export const UNMANAGED_IMAGE_MAX_AGE_MS = 12 * 60 * MINUTE_MS;
/** How long a plan waits, once in a process, for Terraform to read the images that its state has. */
export const UNMANAGED_IMAGE_SETTLE_MS = 1_000;

/** How far `created_at` of an image to be adopted may be off: both times are only exact to a second. */
export const RECOVERY_CLOCK_SKEW_MS = 2_000;

/** The next poll comes after this share of the time waited so far, so that waiting costs few requests and little time. */
export const POLL_SHARE_OF_ELAPSED = 0.1;
/** A poll comes earlier by up to this share, so that processes that wait at once do not poll at once. */
export const POLL_JITTER = 0.1;
/** An occupied volume is first read after this share of the time that the image before took. */
export const VOLUME_POLL_EXPECTED_SHARE = 0.9;
/** It is then read at intervals of this share of that time, or of the time waited so far where that is longer. */
export const VOLUME_POLL_SHARE = 0.05;
/** How often a wait without a change logs that it continues. */
export const PROGRESS_LOG_INTERVAL_MS = 30_000;

/** With this many other reads in flight, a read uses a shared list instead of reading its object alone. */
export const BATCH_READS_FROM = 5;
/** How old a list, or a volume, may be that serves a read, counted from its request. */
export const BATCH_LIST_MAX_AGE_MS = 5_000;
/** This many waits share a list when the first of them is due. */
export const BATCH_POLLS_FROM = 3;
/** A poll may come this share of its own waiting time early, to share a list. */
export const BATCH_POLL_EARLY_SHARE = 0.3;
/** A list that takes longer is given up: then each reads its own image. */
export const BATCH_LIST_TIMEOUT_MS = 15_000;
/** How long no list is read after one that failed or was of little use. */
export const BATCH_LIST_PAUSE_MS = 60_000;
