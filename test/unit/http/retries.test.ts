import { describe, expect, it } from "vitest";
import { createOutages } from "../../../src/http/outages.ts";
import { OUTCOMES } from "../../../src/http/outcomes.ts";
import { createRetries } from "../../../src/http/retries.ts";
import { createFakeClock } from "../kakaocloud/fake-cloud.ts";

const { signal } = new AbortController();

const failed = {
  service: "image",
  rule: OUTCOMES.unavailable.retry,
  attempt: 1,
  once: false,
  retryAfterMs: undefined,
  deadline: Number.POSITIVE_INFINITY,
} as const;

describe("retries", () => {
  it("of an outage go on until the deadline, and end after some attempts where there is none", () => {
    const clock = createFakeClock();
    const retries = createRetries(clock, () => 0.5);
    expect(retries.delay({ ...failed, attempt: 8 })).toBeNull();
    const deadline = clock.now() + 600_000;
    expect(retries.delay({ ...failed, attempt: 5_000, deadline })).toBe(2_500);
    clock.advance(599_000);
    expect(retries.delay({ ...failed, attempt: 5_001, deadline })).toBeNull();
  });

  it("of an error that depends on the request end before the deadline", () => {
    const clock = createFakeClock();
    const rule = OUTCOMES.server_error.retry;
    const deadline = clock.now() + 600_000;
    const retries = createRetries(clock, () => 0.5);
    expect(retries.delay({ ...failed, rule, attempt: 8, deadline })).toBeNull();
  });

  it("of many requests are spread at the rate of the budget, for each service by itself", () => {
    const retries = createRetries(createFakeClock(), () => 0);
    const delays = Array.from({ length: 130 }, () => retries.delay(failed));
    expect(delays.slice(0, 100).every((delay) => delay === 0)).toBe(true);
    expect(delays.slice(100)).toEqual(Array.from({ length: 30 }, (_, index) => (index + 1) * 500));
    expect(retries.delay({ ...failed, service: "volume" })).toBe(0);
  });

  it("take nothing from the budget for a rate limit", () => {
    const retries = createRetries(createFakeClock(), () => 0);
    const rule = OUTCOMES.rate_limited.retry;
    const delays = Array.from({ length: 150 }, () => retries.delay({ ...failed, rule }));
    expect(delays.every((delay) => delay === 0)).toBe(true);
  });
});

/** A clock whose waits last until they are aborted, or until the test ends them. */
function createStoppedClock() {
  const clock = createFakeClock();
  const pending: { readonly ms: number; end(): void }[] = [];
  return {
    ...clock,
    pending,
    wait: (ms: number, waiting: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        pending.push({ ms, end: resolve });
        waiting.addEventListener("abort", () => reject(waiting.reason), { once: true });
      }),
  };
}

describe("an outage", () => {
  it("ends the waits of every request when one has succeeded, spread over a second", async () => {
    const clock = createStoppedClock();
    const outages = createOutages(clock, () => 0.5);
    outages.failed("image");
    const waits = [30_000, 40_000].map((ms) => outages.wait("image", ms, signal));
    clock.advance(20_000);
    expect(outages.failingForMs("image")).toBe(20_000);
    outages.succeeded("image");
    expect(outages.failingForMs("image")).toBeUndefined();
    await new Promise(setImmediate);
    expect(clock.pending.map(({ ms }) => ms)).toEqual([30_000, 40_000, 500, 500]);
    for (const { end } of clock.pending) end();
    await Promise.all(waits);
  });

  it("is not what single failures among successes are, nor one of another service", async () => {
    const clock = createStoppedClock();
    const outages = createOutages(clock, () => 0.5);
    outages.failed("image");
    const wait = outages.wait("image", 30_000, signal);
    clock.advance(1_000);
    outages.succeeded("image");
    outages.failed("volume");
    clock.advance(60_000);
    outages.succeeded("volume");
    await new Promise(setImmediate);
    expect(clock.pending).toHaveLength(1);
    for (const { end } of clock.pending) end();
    await wait;
  });

  it("releases a request that is aborted", async () => {
    const controller = new AbortController();
    const wait = createOutages(createStoppedClock(), () => 0.5).wait("image", 30_000, controller.signal);
    controller.abort(new Error("interrupted"));
    await expect(wait).rejects.toThrow("interrupted");
  });
});
