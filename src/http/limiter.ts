import type { Clock } from "../base/clock.ts";
import { createGate, type Gate } from "../base/gate.ts";
import { linkSignals } from "../base/signals.ts";

/** Requests to one service in flight at once: Terraform's default parallelism, and room for the pages of a list. */
const MAX_IN_FLIGHT = 16;
/** The distance between two requests after the first 429; it doubles with each further round of 429s. */
const INITIAL_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 3_000;
/**
 * Each success shrinks the distance to a share of it, until it is not worth keeping: a long one fast, because the service has
 * recovered; a short one slowly, because it may be as fast as the service allows.
 */
const LONG_INTERVAL_MS = 200;
const LONG_RECOVERY = 0.5;
const SHORT_RECOVERY = 0.9;
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
  /** The requests in flight, and those that wait for their turn. */
  readonly places: Gate;
  /** The one that starts next. Everybody behind it waits, so that no start is reserved ahead of a new pause. */
  readonly next: Gate;
  /** 0 while nothing has to be slowed down. */
  intervalMs: number;
  /** Epoch milliseconds of the last start. */
  lastStart: number;
  /** Epoch milliseconds before which no request may start, because the server said so. */
  pausedUntil: number;
  /** Epoch milliseconds; a 429 for a request that started before it is no news. */
  slowedAt: number;
  /** Ends the wait of the next to start, because its start has changed. */
  recalculate: () => void;
}

/** A limiter with a lane per service, all of them free. */
export function createLimiter(clock: Clock): Limiter {
  const lanes = new Map<string, Lane>();
  const laneOf = (service: string): Lane => {
    const known = lanes.get(service);
    if (known !== undefined) return known;
    const lane: Lane = {
      places: createGate(MAX_IN_FLIGHT),
      next: createGate(1),
      intervalMs: 0,
      lastStart: Number.NEGATIVE_INFINITY,
      pausedUntil: Number.NEGATIVE_INFINITY,
      slowedAt: Number.NEGATIVE_INFINITY,
      recalculate: () => {},
    };
    lanes.set(service, lane);
    return lane;
  };
  return {
    enter: async (service, signal) => {
      const lane = laneOf(service);
      await lane.places.enter(signal);
      try {
        await lane.next.enter(signal);
        try {
          await awaitStart(lane, clock, signal);
        } finally {
          lane.next.leave();
        }
      } catch (error) {
        lane.places.leave();
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
      if (ok && lane.intervalMs > 0) {
        const share = lane.intervalMs > LONG_INTERVAL_MS ? LONG_RECOVERY : SHORT_RECOVERY;
        const intervalMs = lane.intervalMs * share;
        lane.intervalMs = intervalMs < MIN_INTERVAL_MS ? 0 : intervalMs;
        lane.recalculate();
      }
      lane.places.leave();
    },
    slowDown: (retryAfterMs) => {
      const now = clock.now();
      if (startedAt >= lane.slowedAt) {
        lane.intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(INITIAL_INTERVAL_MS, lane.intervalMs * 2));
        lane.slowedAt = now;
      }
      const pauseMs = Math.min(MAX_PAUSE_MS, retryAfterMs ?? 0);
      lane.pausedUntil = Math.max(lane.pausedUntil, now + pauseMs);
      // Without a Retry-After the distance counts from the refusal, as if a request had started now.
      if (retryAfterMs === undefined) lane.lastStart = Math.max(lane.lastStart, now);
      lane.places.leave();
    },
  };
}

/** Waits until the next request may start. What changes that moment meanwhile is taken into account. */
async function awaitStart(lane: Lane, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const now = clock.now();
    const start = Math.max(lane.lastStart + lane.intervalMs, lane.pausedUntil);
    if (lane.intervalMs === 0 && lane.pausedUntil <= now) break;
    if (start <= now) break;
    const link = linkSignals(signal);
    lane.recalculate = link.abort;
    try {
      await clock.wait(start - now, link.signal);
    } catch (error) {
      if (signal.aborted) throw error;
    } finally {
      lane.recalculate = () => {};
      link.dispose();
    }
  }
  lane.lastStart = clock.now();
}
