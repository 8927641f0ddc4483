import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { OperationStopped } from "../../../src/framework/operation-stopped.ts";
import { KakaoCloudError, type KakaoCloudErrorCode } from "../../../src/kakaocloud/errors.ts";
import { type Progress, watch } from "../../../src/provider/poll.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Watches something that shows one sight after the other, the last one for ever; an error is thrown. */
function startWatch(...sights: readonly (string | Error)[]) {
  const startedAt = Date.now();
  const looks: number[] = [];
  const logged: string[] = [];
  const progress: Progress = { status: null, looks: 0 };
  const controller = new AbortController();
  const look = async (): Promise<string> => {
    const sight = sights[Math.min(looks.length, sights.length - 1)] ?? "";
    looks.push(Date.now() - startedAt);
    if (sight instanceof Error) throw sight;
    return sight;
  };
  const outcome = watch(
    { subject: "the thing", look, notFound: "not found", statusOf: (sight) => sight },
    {
      signal: controller.signal,
      log: createLogger(({ message }) => logged.push(message), createRedactor(), "provider"),
    },
    progress,
    (sight) => (sight === "pending" ? undefined : sight),
  );
  outcome.catch(() => undefined);
  return { outcome, looks, logged, progress, controller };
}

const failure = (code: KakaoCloudErrorCode, transient: boolean) =>
  new KakaoCloudError({ code, operation: "GetImage", phase: "request", reason: "no", transient });

test("the first look is at once, and what it shows may be the answer", async () => {
  const { outcome, looks } = startWatch("done");
  expect(await outcome).toBe("done");
  expect(looks).toEqual([0]);
});

test("looks are close together at first and become ever more seldom, up to ten seconds and a little", async () => {
  const { looks, controller } = startWatch("pending");
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  controller.abort(new OperationStopped("stopped"));
  const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
  expect(Math.max(...gaps.slice(0, 5))).toBeLessThan(300);
  expect(Math.min(...gaps.slice(-5))).toBeGreaterThanOrEqual(9_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(11_000);
});

test("an interrupt ends a wait without another look, however long the wait was to be", async () => {
  const { outcome, looks, controller } = startWatch("pending");
  await vi.advanceTimersByTimeAsync(60_000);
  const before = looks.length;
  const stopped = new OperationStopped("stopped");
  controller.abort(stopped);
  // The clock stands still, so a wait that did not end by itself would last for ever.
  await expect(outcome).rejects.toBe(stopped);
  expect(looks).toHaveLength(before);
});

test("a look that fails for a moment is no answer, and is told in the log", async () => {
  const { outcome, looks, logged } = startWatch(failure("unavailable", true), "done");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await outcome).toBe("done");
  expect(looks).toHaveLength(2);
  expect(logged).toContain("the thing could not be looked at; the wait goes on");
});

test("a look that fails for good ends the wait, a 404 is something seen", async () => {
  const forbidden = failure("forbidden", false);
  await expect(startWatch(forbidden).outcome).rejects.toBe(forbidden);
  expect(await startWatch(failure("not_found", false)).outcome).toBe("not found");
});

test("a long wait says what it sees when that changes, and now and then that it is alive", async () => {
  const { logged, progress, controller } = startWatch("pending");
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  controller.abort(new OperationStopped("stopped"));
  expect(progress).toMatchObject({ status: "pending" });
  const lines = logged.filter((line) => line === "the thing is pending").length;
  expect(lines).toBeGreaterThanOrEqual(7);
  expect(lines).toBeLessThanOrEqual(11);
});
