import { describe, expect, it } from "vitest";
import { type Api, PUBLIC_IMAGE, ROOT_VOLUME, startStill, TEAM_1 } from "../support.ts";

/** The same requests in the same order; everything that was sent back, as one text. */
async function play(seed: number): Promise<string> {
  const api = await startStill({
    seed,
    advertisedUrl: "http://emulator",
    preloadImages: 50,
    queuedJitterMs: 500,
    flipFlopMs: 2_000,
    attachedOrder: "shuffled",
    tickMs: 200,
    volumeBusy: false,
  });
  api.emulator.addRule({ match: { probability: 0.3 }, fault: { kind: "status", status: 503 } });
  const id = await makeSurely(api);
  const replies = [];
  for (let i = 0; i < 4; i++) {
    for (const path of [
      "/api/v1/client-endpoints/resolve",
      `/api/v1/images/${id}`,
      `/api/v1/images/${PUBLIC_IMAGE}`,
      "/api/v1/images?limit=100",
      "/api/v1/instances",
    ]) {
      replies.push(await api.get(path));
    }
    replies.push(await api.call("POST", `/api/v1/images/${id}/members/${TEAM_1}`));
    replies.push(
      await api.call("POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, { image: { name: `n${i}` } }),
    );
  }
  return JSON.stringify([
    api.token,
    ...replies.map(({ status, headers, text }) => [status, [...headers], text]),
  ]);
}

async function makeSurely(api: Api): Promise<string> {
  for (;;) {
    const id = await api.makeImage("first");
    if (id !== "undefined") return id;
  }
}

describe("determinism", () => {
  it("the same seed and the same requests give the same bytes", async () => {
    expect(await play(7)).toBe(await play(7));
  });

  it("another seed gives others", async () => {
    expect(await play(8)).not.toBe(await play(7));
  });

  it("ids are UUIDs of version 4", async () => {
    const api = await startStill({ volumeBusy: false, preloadImages: 20 });
    const ids = [await api.makeImage("a"), await api.makeImage("b")];
    const listed = (await api.get("/api/v1/images?limit=100")).json.images as { id: string }[];
    for (const id of [...ids, ...listed.map((image) => image.id)]) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(ids).size).toBe(2);
  });
});
