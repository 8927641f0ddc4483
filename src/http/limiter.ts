import type { Clock } from "../base/clock.ts";
import { onAbort } from "../base/signals.ts";

/** Requests to one service in flight at once: Terraform's default parallelism, and room for the pages of a list. */
const MAX_IN_FLIGHT = 16;
/** The distance between two requests after the first 429; it doubles with each further round of 429s. */
const INITIAL_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 2_000;
/** Each success shrinks the distance to this share, until it is not worth keeping. */
const RECOVERY = 0.9;
const MIN_INTERVAL_MS = 5;
/** A Retry-After holds back every request only up to this long; the one that received it waits for all of it. */
const MAX_PAUSE_MS = 60_000;

/** A place in the traffic to a service. Exactly one of the two ends it. */
export interface Slot {
  /** The attempt is over, with whatever result but a 429. `ok` speeds the lane up again. */
  leave(ok: boolean): void;
  /** The server returned 429. */
  slowDown(retryAfterMs: number | undefined): void;
}

/** The traffic of the whole process to each service: how many requests at once, how close to each other. */
export interface Limiter {
  /** Resolves when a request may start; rejects when the signal is aborted before that. */
  enter(service: string, signal: AbortSignal): Promise<Slot>;
}

interface Lane {
  inFlight: number;
  /** In order of arrival; each entry starts the next request in line. */
  readonly waiting: Set<() => void>;
  /** 0 while nothing has to be slowed down. */
  intervalMs: number;
  /** Epoch milliseconds before which no further request may start. */
  nextStart: number;
  /** Epoch milliseconds; a 429 for a request that started before it is no news. */
  slowedAt: number;
  /** Counts the 429s, so that whoever waits notices a new pause. */
  pauses: number;
}

/** A limiter with a lane per service, all of them free. */
export function createLimiter(clock: Clock): Limiter {
  const lanes = new Map<string, Lane>();
  const laneOf = (service: string): Lane => {
    const known = lanes.get(service);
    if (known !== undefined) return known;
    const lane: Lane = {
      inFlight: 0,
      waiting: new Set(),
      intervalMs: 0,
      nextStart: 0,
      slowedAt: 0,
      pauses: 0,
    };
    lanes.set(service, lane);
    return lane;
  };
  return {
    enter: async (service, signal) => {
      const lane = laneOf(service);
      await takePlace(lane, signal);
      try {
        await awaitTurn(lane, clock, signal);
      } catch (error) {
        givePlace(lane);
        throw error;
      }
      return createSlot(lane, clock);
    },
  };
}

function createSlot(lane: Lane, clock: Clock): Slot {
  const startedAt = clock.now();
  return {
    leave: (ok) => {
      if (ok) {
        const intervalMs = lane.intervalMs * RECOVERY;
        lane.intervalMs = intervalMs < MIN_INTERVAL_MS ? 0 : intervalMs;
      }
      givePlace(lane);
    },
    slowDown: (retryAfterMs) => {
      const now = clock.now();
      if (startedAt >= lane.slowedAt) {
        lane.intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(INITIAL_INTERVAL_MS, lane.intervalMs * 2));
        lane.slowedAt = now;
      }
      lane.pauses += 1;
      lane.nextStart = Math.max(
        lane.nextStart,
        now + Math.min(MAX_PAUSE_MS, retryAfterMs ?? lane.intervalMs),
      );
      givePlace(lane);
    },
  };
}

function takePlace(lane: Lane, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (lane.inFlight < MAX_IN_FLIGHT) {
      lane.inFlight += 1;
      return resolve();
    }
    const start = () => {
      lane.waiting.delete(start);
      stop();
      resolve();
    };
    const stop = onAbort(signal, () => {
      lane.waiting.delete(start);
      reject(signal.reason);
    });
    lane.waiting.add(start);
  });
}

/** The place goes to the first in line, so the count stays as it is unless nobody waits. */
function givePlace(lane: Lane): void {
  const [next] = lane.waiting;
  if (next === undefined) lane.inFlight -= 1;
  else next();
}

/** Waits for a start time of its own; a pause that begins during the wait sends it back in line. */
async function awaitTurn(lane: Lane, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const now = clock.now();
    const start = Math.max(now, lane.nextStart);
    lane.nextStart = start + lane.intervalMs;
    if (start <= now) return;
    const { pauses } = lane;
    await clock.wait(start - now, signal);
    if (lane.pauses === pauses) return;
  }
}
