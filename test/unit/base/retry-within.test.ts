import { expect, it } from "vitest";
import {
  type Attempt,
  doublingDelayMs,
  type RetryPlan,
  retryWithin,
} from "../../../src/base/retry-within.ts";
import { createFakeClock } from "../kakaocloud/fake-cloud.ts";

const { signal } = new AbortController();
const delayMs = (count: number) => doublingDelayMs(1_000, 3_000, count);

/** Something that is done at its nth attempt, tried with waits that take no time. */
function startRetries(doneAt: number, changes: Partial<RetryPlan> = {}) {
  const clock = createFakeClock();
  const attempts: number[] = [];
  const plan = {
    clock,
    signal,
    deadline: clock.now() + 10_000,
    delayMs,
    ...changes,
  };
  const outcome = retryWithin(plan, async (_delayMs, count): Promise<Attempt<string>> => {
    attempts.push(count);
    return count === doneAt ? { done: "done" } : { retry: `not at ${count}` };
  });
  return { outcome, clock, attempts };
}

it("waits twice as long each time, up to the longest wait", async () => {
  const { outcome, clock, attempts } = startRetries(5);
  expect(await outcome).toEqual({ done: "done" });
  expect(attempts).toEqual([1, 2, 3, 4, 5]);
  expect(clock.waits).toEqual([1_000, 2_000, 3_000, 3_000]);
});

it("ends with the last reason when the next attempt would come after the deadline", async () => {
  const { outcome, clock } = startRetries(99);
  expect(await outcome).toEqual({ retry: "not at 5" });
  expect(clock.waits).toEqual([1_000, 2_000, 3_000, 3_000]);
});

it("waits no longer than an attempt allows", async () => {
  const clock = createFakeClock();
  const plan = { clock, signal, deadline: clock.now() + 2_000, delayMs };
  const outcome = await retryWithin(
    plan,
    async (_delayMs, count): Promise<Attempt<number>> =>
      count === 2 ? { done: count } : { retry: "too early", waitAtMostMs: 300 },
  );
  expect(outcome).toEqual({ done: 2 });
  expect(clock.waits).toEqual([300]);
});

it("waits as long as the plan says for each attempt", async () => {
  const { outcome, clock } = startRetries(3, { delayMs: (count) => 10 * count });
  await outcome;
  expect(clock.waits).toEqual([10, 20]);
});

it("has a longest wait however many attempts there were", () => {
  expect(doublingDelayMs(1_000, 3_000, 5_000)).toBe(3_000);
  expect(doublingDelayMs(0, 3_000, 5_000)).toBe(0);
});

it("ends with the signal's reason, and passes on what an attempt throws", async () => {
  const stopped = new Error("stopped");
  const { outcome, attempts } = startRetries(99, { signal: AbortSignal.abort(stopped) });
  await expect(outcome).rejects.toBe(stopped);
  expect(attempts).toEqual([1]);
  const clock = createFakeClock();
  const plan = { clock, signal, deadline: Number.POSITIVE_INFINITY, delayMs };
  await expect(retryWithin(plan, () => Promise.reject(stopped))).rejects.toBe(stopped);
});
