import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { OperationStopped } from "../../../src/framework/operation-stopped.ts";
import { KakaoCloudError, type KakaoCloudErrorCode } from "../../../src/kakaocloud/errors.ts";
import { DEFAULT_TIMINGS } from "../../../src/provider/defaults.ts";
import { type Progress, poll } from "../../../src/provider/poll.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Polls something that shows one result after the other, the last one for ever; an error is thrown. */
function startPoll(...results: readonly (string | Error)[]) {
  const startedAt = Date.now();
  const polls: number[] = [];
  const logged: string[] = [];
  const progress: Progress = { status: null, polls: 0 };
  const controller = new AbortController();
  const read = async (): Promise<string> => {
    const result = results[Math.min(polls.length, results.length - 1)] ?? "";
    polls.push(Date.now() - startedAt);
    if (result instanceof Error) throw result;
    return result;
  };
  const outcome = poll(
    { subject: "the thing", read, notFound: "not found", statusOf: (result) => result },
    {
      signal: controller.signal,
      log: createLogger(({ message }) => logged.push(message), createRedactor(), "provider"),
      client: { clock: systemClock, timings: DEFAULT_TIMINGS },
    },
    progress,
    (result) => (result === "pending" ? undefined : result),
  );
  outcome.catch(() => undefined);
  return { outcome, polls, logged, progress, controller };
}

const failure = (code: KakaoCloudErrorCode, transient: boolean) =>
  new KakaoCloudError({ code, operation: "GetImage", phase: "request", reason: "no", transient });

test("the first poll is at once, and may end the wait", async () => {
  const { outcome, polls } = startPoll("done");
  expect(await outcome).toBe("done");
  expect(polls).toEqual([0]);
});

test("polls have growing intervals, up to ten seconds and a little", async () => {
  const { polls, controller } = startPoll("pending");
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  controller.abort(new OperationStopped("stopped"));
  const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  expect(Math.max(...gaps.slice(0, 5))).toBeLessThan(300);
  expect(Math.min(...gaps.slice(-5))).toBeGreaterThanOrEqual(9_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(11_000);
});

test("an interrupt ends a wait without another poll, however long the wait was to be", async () => {
  const { outcome, polls, controller } = startPoll("pending");
  await vi.advanceTimersByTimeAsync(60_000);
  const before = polls.length;
  const stopped = new OperationStopped("stopped");
  controller.abort(stopped);
  // The clock stands still, so a wait that did not end by itself would last for ever.
  await expect(outcome).rejects.toBe(stopped);
  expect(polls).toHaveLength(before);
});

test("a poll that fails temporarily does not end the wait, and is logged", async () => {
  const { outcome, polls, logged } = startPoll(failure("unavailable", true), "done");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await outcome).toBe("done");
  expect(polls).toHaveLength(2);
  expect(logged).toContain("the thing could not be read; the wait continues");
});

test("a poll that fails permanently ends the wait, a 404 is a result", async () => {
  const forbidden = failure("forbidden", false);
  await expect(startPoll(forbidden).outcome).rejects.toBe(forbidden);
  expect(await startPoll(failure("not_found", false)).outcome).toBe("not found");
});

test("a poll that runs out of time does not hide why the one before failed", async () => {
  const refused = failure("unavailable", true);
  const { outcome, progress } = startPoll(refused, failure("timeout", false));
  await vi.advanceTimersByTimeAsync(1_000);
  await expect(outcome).rejects.toMatchObject({ code: "timeout" });
  expect(progress.lastError).toBe(refused);
});

test("a long wait logs each change, and its progress now and then", async () => {
  const { logged, progress, controller } = startPoll("pending");
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  controller.abort(new OperationStopped("stopped"));
  expect(progress).toMatchObject({ status: "pending" });
  expect(logged.filter((line) => line === "the thing is pending")).toHaveLength(1);
  const lines = logged.filter((line) => /^the thing is still pending after \d+[sm]/.test(line)).length;
  expect(lines).toBeGreaterThanOrEqual(6);
  expect(lines).toBeLessThanOrEqual(11);
  const polled = logged.filter((line) => line === "the thing was polled: pending").length;
  expect(polled).toBeGreaterThan(lines);
});
