import type { Clock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { RetryRule } from "./outcomes.ts";

/** A longer Retry-After is not waited for unless the operation's own deadline allows for it. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** Each Retry-After is stretched by up to this share, so that not every client comes back at once. */
const RETRY_AFTER_SPREAD = 0.1;
/** Retries that all requests together may make at once, and how fast they come back: an outage must not become a storm. */
const BUDGET_RETRIES = 100;
const BUDGET_REFILL_PER_SECOND = 2;

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  readonly rule: RetryRule;
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether the request does harm when done twice. */
  readonly once: boolean;
  readonly retryAfterMs: number | undefined;
  /** Epoch milliseconds, or infinity. */
  readonly deadline: number;
}

/** Decides whether a failed attempt is followed by another. Holds the budget, so one per client. */
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
    delay: ({ rule, attempt, once, retryAfterMs, deadline }) => {
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
  if (value.length > LIMITS.timeCharacters) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const serverNow = Date.parse(dateHeader ?? "");
  return Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
