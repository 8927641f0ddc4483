import type { Clock } from "../../base/clock.ts";
import { formatDurationMs } from "../../base/duration.ts";
import { createGate, type Gate } from "../../base/gate.ts";
import { type Attempt, retryWithin } from "../../base/retry-within.ts";
import { linkSignals } from "../../base/signals.ts";
import type { Call } from "../../framework/call.ts";
import {
  PROGRESS_LOG_INTERVAL_MS,
  type SessionTimes,
  type Timings,
  VOLUME_POLL_EXPECTED_SHARE,
  VOLUME_POLL_SHARE,
} from "../defaults.ts";

/** A create, as far as it waits. */
type Waiting = Pick<Call<unknown>, "signal" | "log">;

/**
 * The creates of this process by volume, in order of arrival. A volume takes one image at a time: only the first in line sends
 * requests, so that none is overtaken and the others cost nothing. Where it turns out that the volume takes several at once, each
 * that is accepted lets one more through.
 */
export interface VolumeQueue {
  /** Resolves when it is this create's turn; rejects with the signal's reason. */
  enter(volumeId: string, waiting: Waiting): Promise<VolumeTurn>;
}

/** The turn of one create. */
export interface VolumeTurn {
  /** Whether the volume is occupied by an image that this process is creating. */
  isOccupiedByUs(): boolean;
  /** Whether the volume takes several images at once, so that it need not be read before each. */
  readonly isShared: boolean;
  /** The volume was seen free at the beginning of the turn. */
  seenFree(): void;
  /**
   * Waits for a volume that was just seen occupied. It is read again after a while, and at once when this process sees that its
   * own image is finished.
   */
  untilFree(isBusy: () => Promise<boolean>): Promise<void>;
  /** The image is requested: the next create begins. The returned function reports that the image no longer occupies the volume. */
  requested(): () => void;
  /** The volume takes only one image at a time after all: the turn ends. */
  notShared(): void;
  /** Ends the turn. Harmless when repeated. */
  leave(): void;
}

interface Line {
  readonly gate: Gate;
  /** Whether the volume takes several images at once, as far as was seen during the copies of this process. */
  isShared: boolean;
  /** How many creates are in the line, the first included. */
  length: number;
  /** Images of this process that are being copied from the volume. */
  copying: number;
  /** When the last image of this process was requested, in epoch milliseconds; undefined when it no longer occupies the volume. */
  occupiedSince: number | undefined;
  /** How long the last image occupied the volume; undefined before the first. */
  lastMs: number | undefined;
  /** Ends the wait of the first in line between two reads. */
  wake(): void;
}

/** Creates an empty queue for each volume that is needed. */
export function createVolumeQueue(times: SessionTimes): VolumeQueue {
  const lines = new Map<string, Line>();

  function lineOf(volumeId: string): Line {
    const key = volumeId.toLowerCase();
    const line = lines.get(key) ?? {
      gate: createGate(1),
      isShared: false,
      length: 0,
      copying: 0,
      occupiedSince: undefined,
      lastMs: undefined,
      wake: () => {},
    };
    lines.set(key, line);
    return line;
  }

  return {
    async enter(volumeId, { signal, log }) {
      const line = lineOf(volumeId);
      line.length += 1;
      const enteredAt = times.clock.now();
      const report = () =>
        log.info(`waiting for volume ${volumeId}: other images are being created from it`, {
          creates: line.length,
          elapsed: formatDurationMs(times.clock.now() - enteredAt),
        });
      if (line.length > 1) report();
      const reporting = setInterval(report, PROGRESS_LOG_INTERVAL_MS);
      try {
        await line.gate.enter(signal);
      } catch (error) {
        line.length -= 1;
        throw error;
      } finally {
        clearInterval(reporting);
      }
      return createTurn(volumeId, line, times, { signal, log });
    },
  };
}

function createTurn(
  volumeId: string,
  line: Line,
  { clock, timings }: SessionTimes,
  { signal, log }: Waiting,
): VolumeTurn {
  let isOver = false;
  const leave = () => {
    if (isOver) return;
    isOver = true;
    line.length -= 1;
    line.gate.leave();
  };
  return {
    isOccupiedByUs: () => line.copying > 0,
    isShared: line.isShared,
    seenFree() {
      // The turn before has just ended with an image that is being copied.
      if (line.copying > 0) line.isShared = true;
    },
    async untilFree(isBusy) {
      const startedAt = clock.now();
      let loggedAt = startedAt;
      const plan = {
        clock: { ...clock, wait: (ms: number) => waitToBeWoken(line, ms, clock, signal) },
        signal,
        deadline: Number.POSITIVE_INFINITY,
        delayMs: () => pollInterval(line, timings, startedAt, clock.now()),
      };
      await retryWithin(plan, async (_delayMs, count): Promise<Attempt<true>> => {
        if (count > 1 && !(await isBusy())) return { done: true };
        if (clock.now() - loggedAt >= PROGRESS_LOG_INTERVAL_MS) {
          loggedAt = clock.now();
          log.info(`volume ${volumeId} is still busy`, {
            elapsed: formatDurationMs(loggedAt - startedAt),
          });
        }
        return { retry: "the volume is busy" };
      });
      noteFree(line, clock.now());
    },
    notShared() {
      takesOneAtATime(line);
      leave();
    },
    requested() {
      if (line.isShared) line.gate.places += 1;
      line.copying += 1;
      line.occupiedSince = clock.now();
      leave();
      let isFinished = false;
      return () => {
        if (isFinished) return;
        isFinished = true;
        line.copying -= 1;
        if (line.copying === 0) {
          noteFree(line, clock.now());
          takesOneAtATime(line);
        }
        line.wake();
      };
    },
    leave,
  };
}

/** Waits so long, or until the line's `wake` is called. */
async function waitToBeWoken(line: Line, ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const link = linkSignals(signal);
  line.wake = link.abort;
  try {
    await clock.wait(ms, link.signal);
  } catch (error) {
    if (signal.aborted) throw error;
  } finally {
    line.wake = () => {};
    link.dispose();
  }
}

function takesOneAtATime(line: Line): void {
  line.isShared = false;
  line.gate.places = 1;
}

function noteFree(line: Line, now: number): void {
  if (line.occupiedSince === undefined) return;
  line.lastMs = now - line.occupiedSince;
  line.occupiedSince = undefined;
}

/**
 * Images of one volume take about the same time. So the volume is read shortly before the image should be finished, and then at
 * intervals of which little is lost; without an image to compare with, at ever longer ones.
 */
function pollInterval(
  { lastMs, occupiedSince }: Line,
  { volumePollMinIntervalMs, pollMaxIntervalMs }: Timings,
  startedAt: number,
  now: number,
): number {
  const elapsedMs = occupiedSince === undefined ? undefined : now - occupiedSince;
  const untilDueMs =
    lastMs === undefined || elapsedMs === undefined ? 0 : lastMs * VOLUME_POLL_EXPECTED_SHARE - elapsedMs;
  const intervalMs = VOLUME_POLL_SHARE * Math.max(lastMs ?? 0, elapsedMs ?? now - startedAt);
  return Math.min(Math.max(untilDueMs, intervalMs, volumePollMinIntervalMs), pollMaxIntervalMs);
}
