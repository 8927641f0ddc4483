import { describe, expect, it } from "vitest";
import { type Api, startStill } from "../support.ts";

const IMAGES = "/api/v1/images";

async function statuses(api: Api, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push((await api.get(IMAGES)).status);
  return found;
}

describe("the rate limit", () => {
  it("settings rateLimitPerSecond and rateLimitBurst: a bucket that refills with the clock", async () => {
    const api = await startStill();
    api.emulator.changeSettings({ rateLimitPerSecond: 2, rateLimitBurst: 3 });
    expect(await statuses(api, 5)).toEqual([200, 200, 200, 429, 429]);
    expect((await api.get(IMAGES)).headers.get("retry-after")).toBeNull();
    expect(api.emulator.journal().at(-1)).toMatchObject({ rule: "(rate limit)", applied: false });
    api.emulator.advance(1_000);
    expect(await statuses(api, 3)).toEqual([200, 200, 429]);
  });

  it("setting rateLimitRetryAfter: seconds in Retry-After", async () => {
    const api = await startStill();
    api.emulator.changeSettings({ rateLimitPerSecond: 0.001, rateLimitRetryAfter: 7 });
    await api.get(IMAGES);
    expect((await api.get(IMAGES)).headers.get("retry-after")).toBe("7");
  });

  it("starts full again after a reset", async () => {
    const api = await startStill({ rateLimitPerSecond: 0.001, rateLimitBurst: 2 });
    api.emulator.advance(5_000);
    expect(await statuses(api, 2)).toEqual([200, 429]);
    api.emulator.reset();
    expect(await statuses(api, 3)).toEqual([401, 401, 429]);
  });
});

describe("an outage", () => {
  it("settings outageFromMs and outageUntilMs: 503 in a window since the start", async () => {
    const api = await startStill({ outageFromMs: 1_000, outageUntilMs: 2_000 });
    expect(await statuses(api, 1)).toEqual([200]);
    api.emulator.advance(1_000);
    expect(await statuses(api, 2)).toEqual([503, 503]);
    expect(api.emulator.journal().at(-1)?.rule).toBe("(outage)");
    api.emulator.advance(1_000);
    expect(await statuses(api, 1)).toEqual([200]);
  });

  it("is planned from now by the control API, which works all the time", async () => {
    const api = await startStill();
    api.emulator.advance(60_000);
    expect((await api.call("POST", "/_emu/outage", { from_ms: 100, until_ms: 200 })).status).toBe(200);
    expect(await statuses(api, 1)).toEqual([200]);
    api.emulator.advance(100);
    expect(await statuses(api, 1)).toEqual([503]);
    expect((await api.get("/_emu/health")).status).toBe(200);
    api.emulator.advance(100);
    expect(await statuses(api, 1)).toEqual([200]);
  });
});

describe("the failure rate", () => {
  const play = async (seed: number) => {
    const api = await startStill({ seed });
    api.emulator.changeSettings({ failureRate: 0.3, failureStatus: 502 });
    return statuses(api, 60);
  };

  it("settings failureRate and failureStatus: a share of the requests, the same for the same seed", async () => {
    const first = await play(1);
    expect(new Set(first)).toEqual(new Set([200, 502]));
    const share = first.filter((status) => status === 502).length / first.length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.5);
    expect(await play(1)).toEqual(first);
    expect(await play(2)).not.toEqual(first);
  });

  it("leaves requests alone that a rule is about", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "latency", ms: 0 } });
    api.emulator.changeSettings({ failureRate: 1 });
    expect(await statuses(api, 3)).toEqual([200, 200, 200]);
  });
});
