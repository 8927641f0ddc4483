import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { MALFORMED_VARIANTS, type MalformedVariant } from "../../../../src/emulator/faults/malformed.ts";
import type { Fault } from "../../../../src/emulator/faults/rule.ts";
import {
  type Api,
  field,
  login,
  PUBLIC_IMAGE,
  problem,
  ROOT_VOLUME,
  rawRequest,
  requestToken,
  rows,
  sendRaw,
  start,
  startStill,
} from "../support.ts";

const CREATE = { method: "POST", path: "/image$" } as const;
const IMAGES = "/api/v1/images";

/** Sends a create over a plain connection under one fault; says how it ended and whether the image was created. */
async function createUnder(fault: Fault) {
  const api = await startStill();
  api.emulator.addRule({ match: CREATE, fault });
  const body = JSON.stringify({ image: { name: "n" } });
  const outcome = await sendRaw(
    api.emulator,
    rawRequest(api, "POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, body),
  );
  await expect.poll(() => api.emulator.journal().at(-1)?.durationMs).not.toBeNull();
  return { ...outcome, made: api.emulator.leftovers().length, entry: api.emulator.journal().at(-1), api };
}

describe("connection faults", () => {
  it("reset-before resets the connection, and nothing was created", async () => {
    const { text, end, made, entry } = await createUnder({ kind: "reset-before" });
    expect([text, end, made]).toEqual(["", "reset", 0]);
    expect(entry).toMatchObject({ status: null, applied: false, aborted: false, rule: "rule-1" });
  });

  it("reset-after resets the connection although the image was created", async () => {
    const { text, end, made, entry } = await createUnder({ kind: "reset-after" });
    expect([text, end, made]).toEqual(["", "reset", 1]);
    expect(entry).toMatchObject({ status: null, applied: true });
  });

  it("close-after-read closes without a response, applied or not", async () => {
    const not = await createUnder({ kind: "close-after-read" });
    expect([not.text, not.end, not.made]).toEqual(["", "closed", 0]);
    const applied = await createUnder({ kind: "close-after-read", applied: true });
    expect([applied.text, applied.end, applied.made]).toEqual(["", "closed", 1]);
  });

  it("reset-mid-body sends half of the body and resets", async () => {
    const { text, end, made } = await createUnder({ kind: "reset-mid-body" });
    expect(text).toMatch(/^HTTP\/1.1 202 /);
    expect(text).toContain('{"image":{"id"');
    expect(text).not.toContain("updated_at");
    expect([end, made]).toEqual(["reset", 1]);
  });

  it("truncated promises more than it sends and closes", async () => {
    const { text, end, made } = await createUnder({ kind: "truncated" });
    const [head = "", body = ""] = text.split("\r\n\r\n");
    const promised = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(body.length).toBeGreaterThan(0);
    expect(body.length).toBeLessThan(promised);
    expect([end, made]).toEqual(["closed", 1]);
  });

  it("truncated in chunks never sends the last one", async () => {
    const { text, end, made } = await createUnder({ kind: "truncated", chunked: true });
    expect(text).toMatch(/\r\ntransfer-encoding: chunked\r\n/i);
    expect(text).not.toMatch(/content-length|\r\n0\r\n/i);
    expect([end, made]).toEqual(["closed", 1]);
  });

  it.each([
    [{ kind: "stall" }, null, 0],
    [{ kind: "stall", applied: true }, null, 1],
    [{ kind: "stall", afterHeaders: true }, 202, 1],
    [{ kind: "stall-mid-body" }, 202, 1],
    [{ kind: "status", status: 502, body: "html", frozen: true }, 502, 0],
    [{ kind: "status", status: 202, body: "html", frozen: true, applied: true }, 202, 1],
  ] as const)("%j ends no response until the client gives up", async (fault, status, made) => {
    const api = await startStill();
    api.emulator.addRule({ match: CREATE, fault });
    const gaveUp = new AbortController();
    const body = JSON.stringify({ image: { name: "n" } });
    const request = fetch(`${api.emulator.url}/api/v1/volumes/${ROOT_VOLUME}/image`, {
      method: "POST",
      headers: { "X-Auth-Token": api.token },
      body,
      signal: gaveUp.signal,
    }).then((response) => response.text());
    const entry = () => api.emulator.journal().at(-1);
    await expect.poll(() => entry()?.rule).toBe("rule-1");
    await expect.poll(() => entry()?.status).toBe(status);
    expect(entry()?.durationMs).toBeNull();
    gaveUp.abort();
    await expect(request).rejects.toThrow(/abort/);
    await expect.poll(() => entry()?.aborted).toBe(true);
    expect(api.emulator.leftovers()).toHaveLength(made);
  });

  it("refuse resets, refuses connections for a while, and then recovers", async () => {
    const api = await startStill();
    api.emulator.addRule({ match: { path: "/images$" }, fault: { kind: "refuse", ms: 300 }, times: 1 });
    await expect(api.get(IMAGES)).rejects.toThrow();
    await expect
      .poll(() =>
        api.get(IMAGES).then(
          () => "answered",
          (error) => error.cause?.code,
        ),
      )
      .toBe("ECONNREFUSED");
    await expect
      .poll(() =>
        api.get(IMAGES).then(
          (reply) => reply.status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it("a stopped emulator leaves no stalled request behind", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "stall" } });
    const stalled = api.get(IMAGES).then(
      () => "answered",
      () => "cut off",
    );
    await expect.poll(() => api.emulator.journal().at(-1)?.rule).toBe("rule-1");
    await api.emulator.stop();
    expect(await stalled).toBe("cut off");
  });
});

describe("status faults", () => {
  it.each([
    ["bcs", 503, /^\{"error":\{"code":"ServiceUnavailable","message":"Service Unavailable\."\}\}$/],
    ["keystone-int", 401, /"code":401,.*"title":"Unauthorized"/],
    ["fastapi-422", 422, /^\{"detail":\[\{"loc":\["body"\]/],
    ["html", 502, /^<html>[\s\S]*502 Bad Gateway/],
    ["text", 504, /^Gateway Timeout\./],
    ["empty", 500, /^$/],
    ["array", 200, /^\[\]$/],
    ["deep-json", 422, /^\{"detail":\[\{"loc":\[{20000}\]{20000},"msg":"deep"\}\]\}$/],
    ["huge-html", 502, /^<html><{1000000}$/],
  ] as const)("status with body %s", async (body, status, text) => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "status", status, body } });
    const reply = await api.get(IMAGES);
    expect(reply.status).toBe(status);
    expect(reply.text).toMatch(text);
  });

  it("status takes a code and a message", async () => {
    const api = await startStill();
    api.emulator.addRule({
      fault: { kind: "status", status: 403, code: "Policy.Denied", message: "Not this project." },
    });
    const reply = await api.get(IMAGES);
    expect(reply.json.error).toEqual({ code: "Policy.Denied", message: "Not this project." });
  });

  it("status applied returns an error for a request that was applied", async () => {
    const api = await startStill();
    api.emulator.addRule({ match: CREATE, fault: { kind: "status", status: 504, applied: true } });
    const reply = await api.call("POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, { image: { name: "n" } });
    expect(reply.status).toBe(504);
    expect(api.emulator.leftovers()).toHaveLength(1);
    expect(api.emulator.journal().at(-1)).toMatchObject({ status: 504, applied: true });
  });

  it("status sends Retry-After in seconds, as a date, or not at all", async () => {
    const api = await startStill();
    const answered = async (fault: object) => {
      api.emulator.addRule({ id: "r", fault: { kind: "status", status: 429, ...fault } });
      return (await api.get(IMAGES)).headers.get("retry-after");
    };
    expect(await answered({ retryAfter: 7 })).toBe("7");
    expect(await answered({ retryAfterDate: 5 })).toBe("Tue, 04 Mar 2025 05:06:12 GMT");
    expect(await answered({})).toBeNull();
  });

  it("rate-limit returns 429 when the bucket is empty, and refills it with time", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "rate-limit", burst: 2, perSecond: 1, retryAfter: 1 } });
    const statuses = async (count: number) => {
      const found = [];
      for (let i = 0; i < count; i++) found.push((await api.get(IMAGES)).status);
      return found;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await api.get(IMAGES)).headers.get("retry-after")).toBe("1");
    api.emulator.advance(1_000);
    expect(await statuses(2)).toEqual([200, 429]);
    expect(api.emulator.rule("rule-1")).toMatchObject({ hits: 3, seen: 6 });
  });

  it("rate-limit counts per token or per route when set", async () => {
    const api = await startStill();
    const other = await login(api.emulator);
    api.emulator.addRule({ id: "r", fault: { kind: "rate-limit", burst: 1, perSecond: 0, per: "token" } });
    expect([
      (await api.get(IMAGES)).status,
      (await other.get(IMAGES)).status,
      (await api.get(IMAGES)).status,
    ]).toEqual([200, 200, 429]);
    api.emulator.addRule({ id: "r", fault: { kind: "rate-limit", burst: 1, perSecond: 0, per: "route" } });
    expect([
      (await api.get(IMAGES)).status,
      (await api.get("/api/v1/volumes")).status,
      (await api.get(IMAGES)).status,
    ]).toEqual([200, 200, 429]);
  });

  it("conflict returns 409 and changes nothing", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    api.emulator.addRule({ match: { method: "DELETE" }, fault: { kind: "conflict" }, times: 2 });
    const remove = () => api.call("DELETE", `${IMAGES}/${id}`);
    expect(problem(await remove())).toBe("409 Conflict");
    expect((await remove()).status).toBe(409);
    expect((await remove()).status).toBe(204);
  });

  it("redirect points elsewhere, where a client that follows shows what it sends", async () => {
    const seen: unknown[] = [];
    const foreign = createServer((request, response) => {
      seen.push(request.url);
      response.end("{}");
    });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void foreign.close());
    const api = await startStill();
    const location = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/elsewhere`;
    api.emulator.addRule({ fault: { kind: "redirect", location }, times: 1 });
    const reply = await api.get(IMAGES);
    expect([reply.status, reply.headers.get("location")]).toEqual([302, location]);
    api.emulator.addRule({ fault: { kind: "redirect", location, status: 307 } });
    await fetch(api.emulator.url + IMAGES);
    expect(seen).toEqual(["/elsewhere"]);
  });
});

describe("slow faults", () => {
  it("latency and delayMs delay the right response", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "latency", ms: 30, maxMs: 40 }, delayMs: 20 });
    expect((await api.get(IMAGES)).status).toBe(200);
    expect(api.emulator.journal().at(-1)?.durationMs).toBeGreaterThanOrEqual(49);
  });

  it("slow-body sends the right response piece by piece", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "slow-body", bytesPerSecond: 5_000 } });
    expect((await api.image(PUBLIC_IMAGE)).id).toBe(PUBLIC_IMAGE);
    expect(api.emulator.journal().at(-1)?.durationMs).toBeGreaterThan(80);
  });
});

describe("auth faults", () => {
  it("revoke-tokens revokes all tokens, or only the request's", async () => {
    const api = await startStill();
    const other = await login(api.emulator);
    api.emulator.addRule({ match: { nth: 1 }, fault: { kind: "revoke-tokens", scope: "this" } });
    expect((await api.get(IMAGES)).status).toBe(401);
    expect((await other.get(IMAGES)).status).toBe(200);
    api.emulator.addRule({ fault: { kind: "revoke-tokens" }, times: 1 });
    const third = await login(api.emulator);
    expect((await other.get(IMAGES)).status).toBe(401);
    expect((await third.get(IMAGES)).status).toBe(200);
  });
});

describe("lifecycle faults", () => {
  const live = async (fault: object): Promise<[Api, string]> => {
    const api = await startStill();
    api.emulator.addRule({ match: { imageName: "^odd" }, fault: { kind: "lifecycle", ...fault } });
    return [api, await api.makeImage("odd-1")];
  };

  it.each(["queued", "saving"] as const)("stuckIn %s never ends", async (stuckIn) => {
    const [api, id] = await live({ stuckIn });
    api.emulator.advance(36_000_000);
    expect((await api.image(id)).status).toBe(stuckIn);
  });

  it.each(["killed", "error", "deactivated", null])("end %j follows saving", async (end) => {
    const [api, id] = await live({ end });
    api.emulator.advance(1_000);
    expect((await api.image(id)).status).toBe(end);
  });

  it("queuedMs and savingMs make one image slow", async () => {
    const [api, id] = await live({ queuedMs: 10_000, savingMs: 20_000 });
    api.emulator.advance(29_999);
    expect((await api.image(id)).status).toBe("saving");
    api.emulator.advance(1);
    expect((await api.image(id)).status).toBe("active");
  });

  it("later statuses follow, up to deleted", async () => {
    const [api, id] = await live({
      later: [
        { status: "deleted", afterMs: 100 },
        { status: "(deleted)", afterMs: 100 },
      ],
    });
    api.emulator.advance(1_000);
    expect((await api.image(id)).status).toBe("active");
    api.emulator.advance(100);
    expect((await api.image(id)).status).toBe("deleted");
    api.emulator.advance(100);
    expect((await api.get(`${IMAGES}/${id}`)).status).toBe(404);
  });
});

describe("malformed responses", () => {
  const under = async (variant: MalformedVariant, path: string) => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "malformed", variant } });
    return api.get(path);
  };
  const ONE = `${IMAGES}/${PUBLIC_IMAGE}`;
  const image = async (variant: MalformedVariant) => field((await under(variant, ONE)).json, "image");

  it.each([
    ["size-float", { size: 1.5 }],
    ["size-text", { size: "2361393152" }],
    ["min-disk-text", { min_disk: "20" }],
    ["is-shared-text", { is_shared: "false" }],
    ["name-number", { name: 42 }],
    ["naive-time", { created_at: "2025-01-10T00:00:00", updated_at: "2025-01-10T00:00:00" }],
    ["instance-type-unknown", { instance_type: "npu" }],
    ["instance-type-upper", { instance_type: "VM" }],
    ["status-null", { status: null }],
    ["status-unknown", { status: "reticulating" }],
    ["id-null", { id: null }],
    ["id-number", { id: 42 }],
    ["id-huge", { id: "f".repeat(1_000_000) }],
    ["id-other", { id: "ffffffff-ffff-4fff-8fff-ffffffffffff" }],
  ] as const)("%s", async (variant, expected) => {
    expect(await image(variant)).toMatchObject(expected);
  });

  it.each([
    ["status-missing", "status"],
    ["id-missing", "id"],
    ["os-info-missing", "os_info"],
    ["description-missing", "description"],
  ] as const)("%s", async (variant, key) => {
    const found = await image(variant);
    expect(found).toHaveProperty("name");
    expect(found).not.toHaveProperty(key);
  });

  it("zone-unknown changes volumes and instances", async () => {
    const reply = await under("zone-unknown", "/api/v1/volumes");
    expect(rows(reply, "volumes")[0]?.availability_zone).toBe("kr-central-3-a");
  });

  it("changes every row of a list", async () => {
    const reply = await under("size-float", IMAGES);
    expect(rows(reply).map((row) => row.size)).toEqual([1.5, 1.5, 1.5, 1.5, 1.5]);
  });

  it("object-null, pagination-missing, pagination-null, total-missing, list-missing", async () => {
    expect((await under("object-null", ONE)).json).toEqual({ image: null });
    expect(Object.keys((await under("pagination-missing", IMAGES)).json)).toEqual(["images"]);
    expect((await under("pagination-null", IMAGES)).json.pagination).toBeNull();
    expect((await under("total-missing", IMAGES)).json.pagination).toEqual({ offset: 0, limit: 20 });
    expect(Object.keys((await under("list-missing", IMAGES)).json)).toEqual(["pagination"]);
  });

  it("truncated-json, trailing-garbage, html-as-json, empty-body, null-body", async () => {
    expect((await under("truncated-json", ONE)).text).toMatch(/^\{"image".*[^}]$/);
    expect((await under("trailing-garbage", ONE)).text).toMatch(/\}\}\}\]garbage$/);
    expect(await under("html-as-json", ONE)).toMatchObject({
      status: 200,
      text: expect.stringContaining("<html>"),
    });
    expect(await under("empty-body", ONE)).toMatchObject({ status: 200, text: "" });
    expect(await under("null-body", ONE)).toMatchObject({ status: 200, text: "null" });
  });

  it("array-body, text-body, deep-body", async () => {
    expect((await under("array-body", ONE)).text).toBe("[]");
    expect((await under("text-body", ONE)).text).toBe('"ok"');
    expect((await under("deep-body", ONE)).text).toMatch(/^\{"image":\{.*\},"more":\[{20000}\]{20000}\}$/);
  });

  it.each([
    ["length-too-short", -7],
    ["length-too-long", 7],
  ] as const)("%s", async (variant, difference) => {
    const api = await startStill();
    const right = Buffer.byteLength(JSON.stringify({ image: await api.image(PUBLIC_IMAGE) }));
    api.emulator.addRule({ fault: { kind: "malformed", variant } });
    const request = rawRequest(api, "GET", ONE).replace("\r\n", "\r\nConnection: close\r\n");
    const { text } = await sendRaw(api.emulator, request);
    expect(Number(/content-length: (\d+)/i.exec(text)?.[1])).toBe(right + difference);
  });

  it("content-type-wrong, content-type-missing", async () => {
    expect((await under("content-type-wrong", ONE)).headers.get("content-type")).toBe("text/html");
    const missing = await under("content-type-missing", ONE);
    expect(missing.headers.get("content-type")).toBeNull();
    expect(missing.json).toHaveProperty("image");
  });

  it("gzip compresses whether or not the client accepts it", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "malformed", variant: "gzip" } });
    const reply = await api.call("GET", ONE, undefined, { "Accept-Encoding": "identity" });
    expect(reply.headers.get("content-encoding")).toBe("gzip");
    expect(reply.json).toHaveProperty("image");
  });

  it("expires-at-missing, expires-at-naive, subject-token-missing", async () => {
    const token = async (variant: MalformedVariant) => {
      const emulator = await start();
      emulator.addRule({ fault: { kind: "malformed", variant } });
      return requestToken(emulator);
    };
    expect(field((await token("expires-at-missing")).json, "token")).not.toHaveProperty("expires_at");
    expect(field((await token("expires-at-naive")).json, "token").expires_at).toBe("2030-01-01T00:00:00");
    expect((await token("subject-token-missing")).headers.get("x-subject-token")).toBeNull();
  });

  it("changes what is created too, but leaves errors alone", async () => {
    const api = await startStill();
    api.emulator.addRule({ fault: { kind: "malformed", variant: "id-missing" } });
    const reply = await api.call("POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, { image: { name: "n" } });
    expect(reply.status).toBe(202);
    expect(field(reply.json, "image")).not.toHaveProperty("id");
    expect((await api.get(`${IMAGES}/x`)).json).toHaveProperty("error.code", "Image.NotFound");
  });

  it("has a test above for every variant", () => {
    const source = readFileSync(import.meta.filename, "utf8");
    const untested = MALFORMED_VARIANTS.filter((variant) => !source.includes(`"${variant}"`));
    expect(untested).toEqual([]);
  });
});
