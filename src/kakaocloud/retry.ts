import type { Clock } from "./clock.ts";

/**
 * How an attempt can fail so that another one may help.
 *
 * - `rate_limited`: 429, by which a server says that it did nothing.
 * - `unavailable`: 5xx, also with Retry-After, or 408; a gateway may have passed the request on.
 * - `not_connected`: no connection, so nothing was sent. `unknown_host`: no address for the name.
 * - `stale_connection`: a kept-alive connection that turned out to be closed. `lost`: a connection that broke after sending.
 * - `slow`: no whole answer within the attempt's limit.
 */
export type Trouble =
  | "rate_limited"
  | "unavailable"
  | "not_connected"
  | "unknown_host"
  | "stale_connection"
  | "lost"
  | "slow";

interface Rule {
  /** `every` request, or only those that are `repeatable` (a second time does no harm). */
  readonly requests: "every" | "repeatable";
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** The first wait is random between 0 and this; the bound doubles with each attempt. */
  readonly initialMs: number;
  readonly maxMs: number;
  /** Whether a retry takes from the budget that all requests share. */
  readonly budgeted: boolean;
}

/** Which failures are retried, for which requests, how often, after how long. Whatever is not here is final. */
const RETRY_POLICY: Readonly<Record<Trouble, Rule>> = {
  rate_limited: { requests: "every", attempts: 20, initialMs: 1_000, maxMs: 30_000, budgeted: false },
  unavailable: { requests: "repeatable", attempts: 8, initialMs: 500, maxMs: 20_000, budgeted: true },
  not_connected: { requests: "every", attempts: 6, initialMs: 250, maxMs: 10_000, budgeted: true },
  unknown_host: { requests: "every", attempts: 3, initialMs: 250, maxMs: 10_000, budgeted: true },
  stale_connection: { requests: "repeatable", attempts: 6, initialMs: 0, maxMs: 0, budgeted: true },
  lost: { requests: "repeatable", attempts: 6, initialMs: 250, maxMs: 10_000, budgeted: true },
  slow: { requests: "repeatable", attempts: 3, initialMs: 250, maxMs: 10_000, budgeted: true },
};

/** A longer wish of the server is not waited for unless the operation's own deadline allows for it. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** Each wait that a server asked for is stretched by up to this share, so that not everyone comes back at once. */
const RETRY_AFTER_SPREAD = 0.1;
/** Retries that all requests together may make at once, and how fast they come back: an outage must not become a storm. */
const BUDGET_RETRIES = 100;
const BUDGET_REFILL_PER_SECOND = 2;

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  readonly trouble: Trouble;
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether the request does harm when done twice. */
  readonly once: boolean;
  readonly retryAfterMs: number | undefined;
  /** Epoch milliseconds, or infinity. */
  readonly deadline: number;
}

/** The retry decision. Holds the budget, so one per client. */
export interface Retries {
  /** Milliseconds to wait before the next attempt, or null to give up. */
  delay(failed: FailedAttempt): number | null;
}

/** The policy with its shared budget. `random` gives numbers in [0, 1); `timeScale` multiplies the policy's own waits. */
export function createRetries(clock: Clock, random: () => number, timeScale = 1): Retries {
  let budget = BUDGET_RETRIES;
  let refilledAt = clock.now();
  const takeFromBudget = () => {
    const now = clock.now();
    budget = Math.min(BUDGET_RETRIES, budget + ((now - refilledAt) / 1000) * BUDGET_REFILL_PER_SECOND);
    refilledAt = now;
    if (budget < 1) return false;
    budget -= 1;
    return true;
  };
  return {
    delay: ({ trouble, attempt, once, retryAfterMs, deadline }) => {
      const rule = RETRY_POLICY[trouble];
      if (once && rule.requests === "repeatable") return null;
      if (attempt >= rule.attempts) return null;
      const backoffMs = timeScale * random() * Math.min(rule.maxMs, rule.initialMs * 2 ** (attempt - 1));
      const delayMs =
        retryAfterMs === undefined
          ? backoffMs
          : Math.max(backoffMs, retryAfterMs * (1 + random() * RETRY_AFTER_SPREAD));
      if (clock.now() + delayMs >= deadline) return null;
      if (deadline === Number.POSITIVE_INFINITY && delayMs > MAX_RETRY_AFTER_MS) return null;
      return !rule.budgeted || takeFromBudget() ? delayMs : null;
    },
  };
}

/** A Retry-After header in milliseconds: seconds, or an HTTP date measured by the server's own Date header when there is one. */
export function parseRetryAfter(
  header: string | undefined,
  dateHeader: string | undefined,
  now: number,
): number | undefined {
  if (header === undefined) return undefined;
  const value = header.trim();
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const serverNow = Date.parse(dateHeader ?? "");
  return Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
