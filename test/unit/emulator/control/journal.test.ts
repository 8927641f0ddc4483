import { Agent, request } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Api, credentials, login, ROOT_VOLUME, requestToken, start, startStill } from "../support.ts";

const IMAGES = "/api/v1/images";

/** A GET through an agent, which decides about connections. */
function getThrough(agent: Agent, api: Api, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "X-Auth-Token": api.token };
    const sent = request(api.emulator.url + path, { agent, headers }, (response) =>
      response.resume().on("end", resolve),
    );
    sent.on("error", reject).end();
  });
}

describe("the journal", () => {
  it("records requests and responses", async () => {
    const api = await startStill();
    api.emulator.clearJournal();
    const headers = { "X-Api-Version": "1.3.0", "User-Agent": "tests/1" };
    const path = `/api/v1/volumes/${ROOT_VOLUME}/image`;
    const reply = await api.call("POST", path, { image: { name: "n" } }, headers);
    expect(api.emulator.journal()).toMatchObject([
      {
        seq: 1,
        method: "POST",
        path,
        route: "POST /api/v1/volumes/{volume_id}/image",
        headers: { "x-api-version": "1.3.0", "user-agent": "tests/1", "content-type": "application/json" },
        token: api.token,
        body: { image: { name: "n" } },
        atMs: Date.parse("2025-03-04T05:06:07Z"),
        status: 202,
        requestId: reply.headers.get("x-request-id"),
        rule: null,
        applied: true,
        aborted: false,
        concurrent: 1,
      },
    ]);
  });

  it("hides the secrets of credentials", async () => {
    const emulator = await start();
    await requestToken(emulator, credentials("someone", "very secret"));
    expect(JSON.stringify(emulator.journal())).not.toContain("very secret");
    expect(emulator.journal()[0]?.body).toMatchObject({
      auth: { identity: { application_credential: { id: "someone", secret: "(hidden)" } } },
    });
  });

  it("keeps bodies that are not JSON as text, and queries as objects", async () => {
    const api = await startStill();
    await fetch(`${api.emulator.url}${IMAGES}/x?a=1&b=%20`, { method: "PUT", body: "not json" });
    expect(api.emulator.journal().at(-1)).toMatchObject({
      body: "not json",
      query: { a: "1", b: " " },
      token: null,
      status: 401,
    });
  });

  it("returns entries by route and after a seq", async () => {
    const api = await startStill();
    await api.get(IMAGES);
    await api.get("/api/v1/volumes");
    await api.get(IMAGES);
    const seqs = (filter: object) => api.emulator.journal(filter).map(({ seq }) => seq);
    expect(seqs({ route: `GET ${IMAGES}` })).toEqual([2, 4]);
    expect(seqs({ since: 2 })).toEqual([3, 4]);
  });

  it("distinguishes reused connections from new ones", async () => {
    const api = await startStill();
    api.emulator.clearJournal();
    const keep = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => keep.destroy());
    await getThrough(keep, api, IMAGES);
    await getThrough(keep, api, IMAGES);
    await getThrough(new Agent({ keepAlive: false }), api, IMAGES);
    const [first, second, third] = api.emulator.journal().map(({ connection }) => connection);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(api.emulator.metrics().connections).toBe(2);
  });

  it("counts how many requests a route was busy with at once", async () => {
    const api = await login(await start());
    api.emulator.changeSettings({ latencyMs: 60 });
    await Promise.all([api.get(IMAGES), api.get(IMAGES), api.get(IMAGES), api.get("/api/v1/volumes")]);
    const { routes, maxConcurrent, active } = api.emulator.metrics();
    expect(routes[`GET ${IMAGES}`]).toMatchObject({
      requests: 3,
      maxConcurrent: 3,
      active: 0,
      statuses: { 200: 3 },
    });
    expect([maxConcurrent, active]).toEqual([4, 0]);
  });

  it("records a client that disconnected, and that the request still took effect", async () => {
    const api = await login(await start({ latencyMs: 500 }));
    const path = `/api/v1/volumes/${ROOT_VOLUME}/image`;
    const init = {
      method: "POST",
      headers: { "X-Auth-Token": api.token },
      body: JSON.stringify({ image: { name: "n" } }),
    };
    const client = new AbortController();
    const response = fetch(api.emulator.url + path, { ...init, signal: client.signal });
    await expect.poll(() => api.emulator.journal().length, { interval: 5 }).toBe(2);
    client.abort();
    await expect(response).rejects.toThrow();
    await expect
      .poll(() => api.emulator.journal().at(-1), { timeout: 10_000 })
      .toMatchObject({ aborted: true, applied: true, status: null });
    expect(api.emulator.leftovers()).toHaveLength(1);
    expect(api.emulator.metrics().routes["POST /api/v1/volumes/{volume_id}/image"]).toMatchObject({
      applied: 1,
      active: 0,
    });
  });

  it("setting journalLimit bounds it, while the numbering continues", async () => {
    const api = await startStill({ journalLimit: 3 });
    for (let i = 0; i < 30; i++) await api.get(IMAGES);
    expect(api.emulator.journal().map(({ seq }) => seq)).toEqual([29, 30, 31]);
    expect(api.emulator.metrics().requests).toBe(31);
  });

  it("doesn't record the control API", async () => {
    const api = await startStill();
    await api.get("/_emu/state");
    expect(api.emulator.journal()).toHaveLength(1);
  });

  it("finds leftovers: images that exist but nobody knows", async () => {
    const api = await startStill({ volumeBusy: false });
    const known = await api.makeImage("known");
    const orphan = await api.makeImage("orphan");
    const deleted = await api.makeImage("deleted");
    await api.call("DELETE", `${IMAGES}/${deleted}`);
    expect(api.emulator.leftovers([known]).map(({ id }) => id)).toEqual([orphan]);
  });
});
