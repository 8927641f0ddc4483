import { expect, it } from "vitest";
import { type Attempt, type RetryPlan, retryWithin } from "../../../src/base/retry-within.ts";
import { createFakeClock } from "../kakaocloud/fake-cloud.ts";

const { signal } = new AbortController();

/** Something that is done at its nth attempt, tried with waits that take no time. */
function startRetries(doneAt: number, changes: Partial<RetryPlan> = {}) {
  const clock = createFakeClock();
  const attempts: number[] = [];
  const plan = {
    clock,
    signal,
    deadline: clock.now() + 10_000,
    initialDelayMs: 1_000,
    maxDelayMs: 3_000,
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
  const plan = { clock, signal, deadline: clock.now() + 2_000, initialDelayMs: 1_000, maxDelayMs: 3_000 };
  const outcome = await retryWithin(
    plan,
    async (_delayMs, count): Promise<Attempt<number>> =>
      count === 2 ? { done: count } : { retry: "too early", waitAtMostMs: 300 },
  );
  expect(outcome).toEqual({ done: 2 });
  expect(clock.waits).toEqual([300]);
});

it("shortens its waits at random", async () => {
  const { outcome, clock } = startRetries(3, { jitter: 0.5, random: () => 0.5 });
  await outcome;
  expect(clock.waits).toEqual([750, 1_500]);
});

it("ends with the signal's reason, and passes on what an attempt throws", async () => {
  const stopped = new Error("stopped");
  const { outcome, attempts } = startRetries(99, { signal: AbortSignal.abort(stopped) });
  await expect(outcome).rejects.toBe(stopped);
  expect(attempts).toEqual([1]);
  const clock = createFakeClock();
  const plan = { clock, signal, deadline: Number.POSITIVE_INFINITY, initialDelayMs: 1, maxDelayMs: 1 };
  await expect(retryWithin(plan, () => Promise.reject(stopped))).rejects.toBe(stopped);
});
