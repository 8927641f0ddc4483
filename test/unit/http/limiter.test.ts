import { setMaxListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { createLimiter } from "../../../src/http/limiter.ts";
import { createFakeClock } from "../kakaocloud/fake-cloud.ts";

const { signal } = new AbortController();

describe("the limiter", () => {
  it("lets sixteen requests to one service start, and the next when one of them has ended", async () => {
    const limiter = createLimiter(createFakeClock());
    const slots = await Promise.all(Array.from({ length: 16 }, () => limiter.enter("image", signal)));
    let started = false;
    const next = limiter.enter("image", signal).then((slot) => {
      started = true;
      return slot;
    });
    await limiter.enter("volume", signal);
    expect(started).toBe(false);
    slots[0]?.leave(true);
    await next;
    expect(started).toBe(true);
  });

  it("releases a request that is aborted in the queue", async () => {
    const limiter = createLimiter(createFakeClock());
    const slots = await Promise.all(Array.from({ length: 16 }, () => limiter.enter("image", signal)));
    const controller = new AbortController();
    const aborted = limiter.enter("image", controller.signal);
    const next = limiter.enter("image", signal);
    controller.abort();
    await expect(aborted).rejects.toThrow();
    slots[0]?.leave(true);
    await next;
  });

  it("pauses one service, not the others, for as long as Retry-After says", async () => {
    const clock = createFakeClock();
    const limiter = createLimiter(clock);
    (await limiter.enter("image", signal)).slowDown(5_000);
    await limiter.enter("volume", signal);
    expect(clock.waits).toEqual([]);
    await limiter.enter("image", signal);
    expect(clock.waits).toEqual([5_000]);
  });

  it("returns a request to the queue when another pause begins while it waits", async () => {
    const clock = createFakeClock();
    const limiter = createLimiter({
      ...clock,
      wait: async (ms, bounds) => {
        await clock.wait(ms, bounds);
        if (clock.waits.length === 1) underWay.slowDown(5_000);
      },
    });
    const underWay = await limiter.enter("image", signal);
    (await limiter.enter("image", signal)).slowDown(1_000);
    await limiter.enter("image", signal);
    expect(clock.waits).toEqual([1_000, 5_000]);
  });

  it("frees the places of requests that are aborted during a pause", async () => {
    const limiter = createLimiter(systemClock);
    (await limiter.enter("image", signal)).slowDown(100);
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const aborted = Array.from({ length: 16 }, () => limiter.enter("image", controller.signal));
    setImmediate(() => controller.abort());
    expect((await Promise.allSettled(aborted)).every(({ status }) => status === "rejected")).toBe(true);
    await limiter.enter("image", signal);
  });

  it("keeps requests apart after a 429, more with each round, and less with each success", async () => {
    const clock = createFakeClock();
    const limiter = createLimiter(clock);
    const gap = async () => {
      await (await limiter.enter("image", signal)).leave(false);
      const before = clock.now();
      const slot = await limiter.enter("image", signal);
      return { gapMs: clock.now() - before, slot };
    };
    (await limiter.enter("image", signal)).slowDown(undefined);
    const first = await gap();
    expect(first.gapMs).toBe(50);
    first.slot.slowDown(undefined);
    const second = await gap();
    expect(second.gapMs).toBe(100);
    second.slot.leave(true);
    for (let success = 0; success < 40; success += 1) (await limiter.enter("image", signal)).leave(true);
    const waits = clock.waits.length;
    (await limiter.enter("image", signal)).leave(true);
    (await limiter.enter("image", signal)).leave(true);
    expect(clock.waits).toHaveLength(waits);
  });

  it("counts the 429s of requests that were under way together once", async () => {
    const clock = createFakeClock();
    const limiter = createLimiter(clock);
    const slots = await Promise.all(Array.from({ length: 10 }, () => limiter.enter("image", signal)));
    clock.advance(10);
    for (const slot of slots) slot.slowDown(undefined);
    (await limiter.enter("image", signal)).leave(false);
    (await limiter.enter("image", signal)).leave(false);
    expect(clock.waits).toEqual([50, 50]);
  });

  it("starts no request later because of those that waited when a further 429 came", async () => {
    const clock = createFakeClock();
    // A refusal arrives before the next in line has waited.
    const limiter = createLimiter({
      ...clock,
      wait: async (ms, bounds) => {
        await new Promise(setImmediate);
        await clock.wait(ms, bounds);
      },
    });
    (await limiter.enter("image", signal)).slowDown(undefined);
    const refusedAt = clock.now();
    const starts: number[] = [];
    const refused = Array.from({ length: 8 }, async () => {
      const slot = await limiter.enter("image", signal);
      starts.push(clock.now());
      slot.slowDown(undefined);
    });
    await Promise.all(refused);
    const gaps = starts.map((start, index) => start - (starts[index - 1] ?? refusedAt));
    expect(gaps).toEqual([50, 100, 200, 400, 800, 1_600, 3_000, 3_000]);
  });

  it("halves a long interval with each success, also for waiting requests", async () => {
    const clock = createFakeClock();
    const limiter = createLimiter(clock);
    for (let refusals = 0; refusals < 10; refusals += 1) {
      (await limiter.enter("image", signal)).slowDown(undefined);
    }
    clock.waits.length = 0;
    for (let successes = 0; successes < 4; successes += 1) {
      (await limiter.enter("image", signal)).leave(true);
    }
    expect(clock.waits).toEqual([3_000, 1_500, 750, 375]);
  });
});
