import type { Clock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import { doublingDelayMs } from "../base/retry-within.ts";
import type { RetryRule } from "./outcomes.ts";

/** A longer Retry-After is not waited for unless the operation's own deadline allows for it. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** Each Retry-After is stretched by up to this share, so that not every client comes back at once. */
const RETRY_AFTER_SPREAD = 0.1;
/**
 * Retries that all requests to a service may send at once, and how many per second after those: an outage must not become a
 * storm. The budget delays retries, it never ends them.
 */
const BUDGET_RETRIES = 100;
const BUDGET_REFILL_PER_SECOND = 2;

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  readonly service: string;
  readonly rule: RetryRule;
  /** 1 for the first. */
  readonly attempt: number;
  /** Whether the request does harm when done twice. */
  readonly once: boolean;
  readonly retryAfterMs: number | undefined;
  /** Epoch milliseconds, or infinity. */
  readonly deadline: number;
}

/** Decides whether a failed attempt is followed by another. Holds the budgets, so one per client. */
export interface Retries {
  /** Milliseconds to wait before the next attempt, or null to give up. */
  delay(failed: FailedAttempt): number | null;
}

/** What one service may still be sent. Negative where retries wait for their share. */
interface Budget {
  retries: number;
  refilledAt: number;
}

/** The policy with its shared budgets. `random` gives numbers in [0, 1); `timeScale` multiplies the policy's own waits. */
export function createRetries(clock: Clock, random: () => number, timeScale = 1): Retries {
  const budgets = new Map<string, Budget>();

  function refilled(service: string): Budget {
    const now = clock.now();
    const { retries, refilledAt } = budgets.get(service) ?? { retries: BUDGET_RETRIES, refilledAt: now };
    const gained = ((now - refilledAt) / 1000) * BUDGET_REFILL_PER_SECOND;
    const budget = { retries: Math.min(BUDGET_RETRIES, retries + gained), refilledAt: now };
    budgets.set(service, budget);
    return budget;
  }

  return {
    delay: ({ service, rule, attempt, once, retryAfterMs, deadline }) => {
      const hasDeadline = deadline !== Number.POSITIVE_INFINITY;
      if (once && rule.requests === "repeatable") return null;
      if (attempt >= rule.attempts && !(hasDeadline && rule.untilDeadline)) return null;
      const backoffMs = timeScale * random() * doublingDelayMs(rule.initialMs, rule.maxMs, attempt);
      const budget = rule.budgeted ? refilled(service) : undefined;
      const owed = budget === undefined ? 0 : Math.max(0, 1 - budget.retries);
      const delayMs = Math.max(
        backoffMs,
        (timeScale * owed * 1000) / BUDGET_REFILL_PER_SECOND,
        (retryAfterMs ?? 0) * (1 + random() * RETRY_AFTER_SPREAD),
      );
      if (clock.now() + delayMs >= deadline) return null;
      if (!hasDeadline && delayMs > MAX_RETRY_AFTER_MS) return null;
      if (budget !== undefined) budget.retries -= 1;
      return delayMs;
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
