import { describe, expect, it } from "vitest";
import type { Match, RuleSpec } from "../../../../src/emulator/faults/rule.ts";
import { login, problem, ROOT_VOLUME, startStill } from "../support.ts";

const IMAGES = "/api/v1/images";
const TEAPOT = { kind: "status", status: 418 } as const;

/** The statuses of several image lists under one rule. */
async function statusesUnder(match: Match, count: number, rule: Partial<RuleSpec> = {}) {
  const api = await startStill();
  api.emulator.addRule({ match, fault: TEAPOT, ...rule });
  const statuses = [];
  for (let i = 0; i < count; i++) statuses.push((await api.get(IMAGES)).status);
  return statuses;
}

describe("which requests a fault rule hits", () => {
  it("method and path", async () => {
    const api = await startStill();
    api.emulator.addRule({ match: { method: "put", path: "^/api/v1/images/[^/]+$" }, fault: TEAPOT });
    expect((await api.get(`${IMAGES}/x`)).status).toBe(404);
    expect((await api.call("PUT", `${IMAGES}/x`)).status).toBe(418);
    expect((await api.call("PUT", `${IMAGES}/x/members`)).status).toBe(405);
  });

  it("route", async () => {
    const api = await startStill();
    api.emulator.addRule({ match: { route: "GET /api/v1/images/{image_id}" }, fault: TEAPOT });
    expect([(await api.get(IMAGES)).status, (await api.get(`${IMAGES}/x`)).status]).toEqual([200, 418]);
  });

  it("token", async () => {
    const api = await startStill();
    const other = await login(api.emulator);
    api.emulator.addRule({ match: { token: other.token }, fault: TEAPOT });
    expect([(await api.get(IMAGES)).status, (await other.get(IMAGES)).status]).toEqual([200, 418]);
  });

  it("imageName, of the image in the path or of the one being created", async () => {
    const api = await startStill({ volumeBusy: false });
    const cursed = await api.makeImage("cursed-1");
    const plain = await api.makeImage("plain-1");
    api.emulator.addRule({ match: { imageName: "^cursed-" }, fault: TEAPOT });
    expect((await api.get(`${IMAGES}/${cursed}`)).status).toBe(418);
    expect((await api.get(`${IMAGES}/${plain}`)).status).toBe(200);
    const make = (name: string) =>
      api.call("POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, { image: { name } });
    expect([(await make("cursed-2")).status, (await make("plain-2")).status]).toEqual([418, 202]);
    expect((await api.get(IMAGES)).status).toBe(200);
  });

  it("body", async () => {
    const api = await startStill();
    api.emulator.addRule({ match: { body: '"description"' }, fault: TEAPOT });
    expect((await api.call("PUT", `${IMAGES}/x`, { image: { description: "d" } })).status).toBe(418);
    expect((await api.call("PUT", `${IMAGES}/x`, { image: { name: "n" } })).status).toBe(404);
  });

  it("nth, one or several", async () => {
    expect(await statusesUnder({ nth: 2 }, 4)).toEqual([200, 418, 200, 200]);
    expect(await statusesUnder({ nth: [1, 3] }, 4)).toEqual([418, 200, 418, 200]);
  });

  it("every, after, times", async () => {
    expect(await statusesUnder({ every: 2 }, 5)).toEqual([200, 418, 200, 418, 200]);
    expect(await statusesUnder({ after: 3 }, 5)).toEqual([200, 200, 200, 418, 418]);
    expect(await statusesUnder({}, 4, { times: 2 })).toEqual([418, 418, 200, 200]);
  });

  it("probability, drawn from the seed", async () => {
    const first = await statusesUnder({ probability: 0.5 }, 20);
    expect(new Set(first)).toEqual(new Set([200, 418]));
    expect(await statusesUnder({ probability: 0.5 }, 20)).toEqual(first);
    expect(await statusesUnder({ probability: 0 }, 5)).toEqual([200, 200, 200, 200, 200]);
  });

  it("a window of time since the start", async () => {
    const api = await startStill();
    api.emulator.addRule({ match: { fromMs: 100, untilMs: 200 }, fault: TEAPOT });
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await api.get(IMAGES)).status);
      api.emulator.advance(100);
    }
    expect(statuses).toEqual([200, 418, 200]);
  });

  it("only the first rule that matches, in the order they were added", async () => {
    const api = await startStill();
    api.emulator.addRule({ id: "first", fault: { kind: "status", status: 500 }, times: 1 });
    api.emulator.addRule({ id: "second", fault: TEAPOT });
    expect([(await api.get(IMAGES)).status, (await api.get(IMAGES)).status]).toEqual([500, 418]);
    expect(api.emulator.rules().map(({ id, hits }) => [id, hits])).toEqual([
      ["first", 1],
      ["second", 1],
    ]);
  });

  it("rules given at the start apply from the first request on", async () => {
    const api = await startStill({}, { rules: [{ id: "start", match: { path: "/images" }, fault: TEAPOT }] });
    expect((await api.get(IMAGES)).status).toBe(418);
    expect(api.emulator.journal().at(-1)?.rule).toBe("start");
  });

  it("a removed rule no longer applies", async () => {
    const api = await startStill();
    const { id } = api.emulator.addRule({ fault: TEAPOT });
    expect(api.emulator.removeRule(id)).toBe(true);
    expect(api.emulator.removeRule(id)).toBe(false);
    expect((await api.get(IMAGES)).status).toBe(200);
    api.emulator.addRule({ fault: TEAPOT });
    api.emulator.clearRules();
    expect(api.emulator.rules()).toEqual([]);
  });
});

describe("rules that cannot work are refused, with the reason", () => {
  it.each([
    ["an unknown kind", { fault: { kind: "explode" } }, "fault.kind must be one of latency, "],
    ["a missing field", { fault: { kind: "status" } }, "fault needs status."],
    [
      "an unknown field",
      { fault: { kind: "stall", ms: 5 } },
      'fault has no field "ms"; its fields are kind, applied, afterHeaders.',
    ],
    [
      "a wrong type",
      { fault: { kind: "latency", ms: "5" } },
      'fault.ms must be a number from 0 to 86400000, not "5".',
    ],
    [
      "an unknown match",
      { match: { url: "/" }, fault: TEAPOT },
      'match has no field "url"; its fields are method, ',
    ],
    ["no fault", { match: {} }, "The body needs fault."],
    [
      "a broken expression",
      { match: { path: "(" }, fault: TEAPOT },
      'match.path must be a regular expression, not "(".',
    ],
    [
      "an unknown variant",
      { fault: { kind: "malformed", variant: "odd" } },
      "fault.variant must be one of truncated-json, ",
    ],
    [
      "an unknown body",
      { fault: { kind: "status", status: 500, body: "xml" } },
      "fault.body must be one of bcs, ",
    ],
  ])("%s", async (_what, rule, message) => {
    const api = await startStill();
    const reply = await api.call("POST", "/_emu/rules", rule);
    expect(reply.status).toBe(400);
    expect(reply.json.error).toContain(message);
    expect(api.emulator.rules()).toEqual([]);
    expect(problem(await api.get(IMAGES))).toBe("200 undefined");
  });
});
