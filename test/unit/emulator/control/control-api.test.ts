import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SETTINGS } from "../../../../src/emulator/settings.ts";
import {
  column,
  INSTANCE,
  NOWHERE,
  type Reply,
  ROOT_VOLUME,
  rows,
  send,
  startStill,
  TEAM_1,
} from "../support.ts";

const ids = (reply: Reply) => column(reply, "id");

describe("the control API under /_emu/", () => {
  it("serves a status page that loads nothing from elsewhere", async () => {
    const { emulator } = await startStill();
    for (const path of ["/_emu", "/_emu/"]) {
      const page = await send(emulator.url + path);
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(page.text).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(page.text).not.toMatch(/src=|href="(?!data:)|https?:/);
      expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'sha256-/);
    }
  });

  it("allows exactly the program and the style in the page", async () => {
    const page = await send(`${(await startStill()).emulator.url}/_emu/`);
    const policy = page.headers.get("content-security-policy");
    for (const [kind, pattern] of [
      ["script-src", /<script type="module">([\s\S]+)<\/script>/],
      ["style-src", /<style>([\s\S]+)<\/style>/],
    ] as const) {
      const hash = createHash("sha256")
        .update(pattern.exec(page.text)?.[1] ?? "")
        .digest("base64");
      expect(policy).toContain(`${kind} 'sha256-${hash}'`);
    }
    expect(page.text).toContain('fetch("/_emu/state")');
  });

  it("state returns images with what comes next, the clock, rules and the last requests", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    const { json } = await api.get("/_emu/state");
    expect(json).toMatchObject({ now: "2025-03-04T05:06:07.000Z", total: 6, rules: [] });
    const image = (json.images as { id: string; timeline: object[] }[]).find(
      (candidate) => candidate.id === id,
    );
    expect(image?.timeline).toMatchObject([{ status: "queued" }, { status: "saving" }, { status: "active" }]);
    expect(json.requests).toMatchObject([
      { method: "POST", status: 202 },
      { method: "POST", status: 201 },
    ]);
  });

  it("health responds", async () => {
    const api = await startStill();
    expect((await api.get("/_emu/health")).json).toEqual({ ok: true });
  });

  it("journal and metrics are read, filtered and cleared", async () => {
    const api = await startStill();
    await api.get("/api/v1/images");
    const journal = await api.get(`/_emu/journal?since=1&route=${encodeURIComponent("GET /api/v1/images")}`);
    expect(rows(journal, "entries")).toMatchObject([{ seq: 2, status: 200 }]);
    expect((await api.get("/_emu/metrics")).json).toMatchObject({
      requests: 2,
      routes: { "GET /api/v1/images": { requests: 1 } },
    });
    await api.call("DELETE", "/_emu/journal");
    expect((await api.get("/_emu/journal")).json).toEqual({ entries: [] });
    expect((await api.get("/_emu/metrics")).json).toMatchObject({ requests: 0 });
  });

  it("rules are added one by one or as a list, read with their counts, replaced and removed", async () => {
    const api = await startStill();
    const fault = { kind: "status", status: 503 };
    await api.call("POST", "/_emu/rules", { id: "one", match: { path: "/images" }, fault });
    await api.call("POST", "/_emu/rules", [
      { id: "two", fault: { kind: "stall" }, match: { path: "/never" } },
    ]);
    expect((await api.get("/api/v1/images")).status).toBe(503);
    expect((await api.get("/_emu/rules/one")).json).toMatchObject({ id: "one", hits: 1, seen: 1 });
    await api.call("POST", "/_emu/rules", { id: "one", fault: { kind: "status", status: 500 } });
    expect(rows(await api.get("/_emu/rules"), "rules")).toMatchObject([
      { id: "one", hits: 0 },
      { id: "two" },
    ]);
    expect((await api.call("DELETE", "/_emu/rules/one")).status).toBe(200);
    expect((await api.get("/_emu/rules/one")).status).toBe(404);
    expect((await api.call("DELETE", "/_emu/rules/one")).status).toBe(404);
    await api.call("DELETE", "/_emu/rules");
    expect((await api.get("/_emu/rules")).json).toEqual({ rules: [] });
  });

  it("clock is read and moved forward", async () => {
    const api = await startStill();
    const moved = await api.call("POST", "/_emu/clock", { advance_ms: 1_500 });
    expect(moved.json).toEqual({
      now: "2025-03-04T05:06:08.500Z",
      now_ms: Date.parse("2025-03-04T05:06:08.500Z"),
    });
    expect((await api.get("/_emu/clock")).json).toEqual(moved.json);
    expect((await api.call("POST", "/_emu/clock", { advance_ms: -1 })).status).toBe(400);
  });

  it("settings are read and changed; one that cannot be changed refuses them all", async () => {
    const api = await startStill();
    expect(Object.keys((await api.get("/_emu/settings")).json)).toEqual(Object.keys(SETTINGS));
    const turned = await api.call("PATCH", "/_emu/settings", { savingMs: 5, limitMode: "reject" });
    expect(turned.json).toMatchObject({ savingMs: 5, limitMode: "reject" });
    for (const [settings, message] of [
      [{ savingMs: 9, nothing: 1 }, 'There is no setting named "nothing".'],
      [{ savingMs: -1 }, "savingMs must be a number from 0 to 1000000000000, not -1."],
      [{ savingMs: "soon" }, 'savingMs must be a number from 0 to 1000000000000, not "soon".'],
      [{ limitMode: "maybe" }, 'limitMode must be one of clamp, reject, not "maybe".'],
      [{ volumeBusy: "yes" }, 'volumeBusy must be true or false, not "yes".'],
      [{ advertisedUrl: 1 }, "advertisedUrl must be a string, not 1."],
      [{ seed: 2 }, "seed can only be set at the start."],
      [{ preloadImages: 2 }, "preloadImages can only be set at the start."],
    ] as const) {
      expect((await api.call("PATCH", "/_emu/settings", settings)).json).toEqual({ error: message });
    }
    expect(api.emulator.settings().savingMs).toBe(5);
  });

  it("images are added, read and changed", async () => {
    const api = await startStill();
    const seeded = await api.call("POST", "/_emu/images", {
      name: "ready",
      min_disk: 40,
      visibility: "public",
    });
    const id = String(seeded.json.id);
    expect(await api.image(id)).toMatchObject({
      name: "ready",
      status: "active",
      virtual_size: 40 * 2 ** 30,
      visibility: "public",
    });
    expect(ids(await api.get("/_emu/images"))).toContain(id);
    await api.call("PATCH", `/_emu/images/${id}`, {
      status: "deactivated",
      name: "renamed",
      description: null,
    });
    expect((await api.get(`/_emu/images/${id}`)).json).toMatchObject({
      name: "renamed",
      status: "deactivated",
      origin: "seeded",
    });
    expect((await api.get(`/_emu/images/${NOWHERE}`)).status).toBe(404);
    expect((await api.call("PATCH", `/_emu/images/${NOWHERE}`, { name: "n" })).status).toBe(404);
    const shared = { members: [{ id: TEAM_1, status: "accepted" }] };
    expect((await api.call("PATCH", `/_emu/images/${id}`, shared)).json.error).toBe(
      `The image is not shared with ${TEAM_1}.`,
    );
    expect((await api.call("PATCH", `/_emu/images/${id}`, { size: 1 })).json.error).toMatch(
      /has no field "size"/,
    );
    expect((await api.call("POST", "/_emu/images", { colour: "red" })).json.error).toMatch(
      /The body has no field "colour"/,
    );
    expect((await api.call("POST", "/_emu/images", { created_at: "noon" })).json.error).toMatch(
      /created_at must be an RFC 3339 time .*, not "noon"/,
    );
  });

  it("volumes, instances and projects are added; a known ID changes the existing one", async () => {
    const api = await startStill();
    const { id } = (await api.call("POST", "/_emu/instances", { name: "db" })).json;
    const volume = (await api.call("POST", "/_emu/volumes", { instance_id: id, is_root: true })).json;
    expect((await api.get(`/api/v1/instances/${id}`)).text).toContain(String(volume.id));
    await api.call("POST", "/_emu/volumes", { id: ROOT_VOLUME, size: 55, status: "error" });
    expect((await api.get(`/api/v1/volumes/${ROOT_VOLUME}`)).json).toMatchObject({
      volume: { size: 55, status: "error", instance_id: INSTANCE },
    });
    const stranger = "f".repeat(32);
    const image = await api.makeImage("n", String(volume.id));
    expect((await api.call("POST", `/api/v1/images/${image}/members/${stranger}`)).status).toBe(404);
    await api.call("POST", "/_emu/projects", { id: stranger, name: "stranger" });
    expect((await api.call("POST", `/api/v1/images/${image}/members/${stranger}`)).status).toBe(200);
    expect((await api.call("POST", "/_emu/projects", { id: "short" })).status).toBe(400);
    expect((await api.call("POST", "/_emu/projects", {})).json.error).toBe("The body needs id.");
    expect((await api.call("POST", "/_emu/volumes", { gigabytes: 1 })).status).toBe(400);
    expect((await api.call("POST", "/_emu/instances", { cpu: 1 })).status).toBe(400);
  });

  it("credentials and tokens", async () => {
    const api = await startStill();
    expect((await api.call("PUT", "/_emu/credentials", { id: "x" })).status).toBe(400);
    expect((await api.call("PUT", "/_emu/credentials", [{ id: "only", secret: "me" }])).status).toBe(200);
    await api.call("POST", "/_emu/tokens/revoke", { token: "another" });
    expect((await api.get("/api/v1/images")).status).toBe(200);
    await api.call("POST", "/_emu/tokens/revoke");
    expect((await api.get("/api/v1/images")).status).toBe(401);
  });

  it("leftovers are the images created through the API that are not known", async () => {
    const api = await startStill({ volumeBusy: false });
    const known = await api.makeImage("known");
    const orphan = await api.makeImage("orphan");
    expect(ids(await api.get(`/_emu/leftovers?known=${known}`))).toEqual([orphan]);
    expect(ids(await api.get("/_emu/leftovers"))).toEqual([known, orphan]);
  });

  it("refuse refuses connections for a while", async () => {
    const api = await startStill();
    expect((await api.call("POST", "/_emu/refuse", { ms: 200 })).json).toEqual({ refusing_ms: 200 });
    const outcome = () =>
      api.get("/_emu/health").then(
        () => "answered",
        (error) => error.cause?.code,
      );
    await expect.poll(outcome).toBe("ECONNREFUSED");
    await expect.poll(outcome).toBe("answered");
    expect((await api.call("POST", "/_emu/refuse", {})).status).toBe(400);
  });

  it("reset restores the start", async () => {
    const api = await startStill(
      {},
      {
        images: [{ id: NOWHERE, name: "from the start" }],
        rules: [{ id: "r", match: { path: "/x" }, fault: { kind: "stall" } }],
      },
    );
    const before = { images: api.emulator.images(), settings: api.emulator.settings() };
    await api.makeImage("n");
    api.emulator.addRule({ fault: { kind: "stall" } });
    api.emulator.changeSettings({ savingMs: 1 });
    api.emulator.advance(5_000);
    await api.call("POST", "/_emu/reset");
    expect(api.emulator.images()).toEqual(before.images);
    expect(api.emulator.settings()).toEqual(before.settings);
    expect(api.emulator.rules()).toMatchObject([{ id: "r" }]);
    expect(api.emulator.journal()).toEqual([]);
    expect((await api.get("/api/v1/images")).status).toBe(401);
  });

  it("returns 404 for unknown paths, 405 for wrong methods, 400 for bodies that are not JSON", async () => {
    const api = await startStill();
    expect((await api.get("/_emu/nothing")).status).toBe(404);
    expect((await api.call("DELETE", "/_emu/clock")).status).toBe(405);
    const reply = await send(`${api.emulator.url}/_emu/clock`, {
      method: "POST",
      body: "{",
      headers: { "Content-Type": "application/json" },
    });
    expect(reply).toMatchObject({ status: 400, json: { error: "The body is not JSON." } });
    expect((await api.call("PATCH", "/_emu/settings", [])).json.error).toBe(
      "The body must be a JSON object, not a list.",
    );
    expect((await api.get("/_emu/images/%zz")).json.error).toBe("The path is not percent-encoded UTF-8.");
  });
});
