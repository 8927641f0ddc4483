import { describe, expect, it } from "vitest";
import { column, login, ROOT_VOLUME, start, startStill } from "../support.ts";

const one = (id: string) => `/api/v1/images/${id}`;

describe("an image's life", () => {
  it("settings queuedMs and savingMs lead it from queued over saving to active", async () => {
    const api = await startStill({ queuedMs: 300, savingMs: 700 });
    const id = await api.makeImage("n");
    expect(await api.image(id)).toMatchObject({ status: "queued", size: null, virtual_size: null });
    api.emulator.advance(300);
    expect(await api.image(id)).toMatchObject({ status: "saving", size: null });
    api.emulator.advance(699);
    expect(await api.image(id)).toMatchObject({ status: "saving" });
    api.emulator.advance(1);
    expect(await api.image(id)).toMatchObject({
      status: "active",
      size: expect.any(Number),
      virtual_size: 20 * 2 ** 30,
      created_at: "2025-03-04T05:06:07Z",
      updated_at: "2025-03-04T05:06:08Z",
    });
  });

  it("runs with the machine when the clock is real", async () => {
    const api = await login(await start({ queuedMs: 10, savingMs: 10 }));
    const id = await api.makeImage("n");
    await expect.poll(async () => (await api.image(id)).status).toBe("active");
  });

  it("settings queuedJitterMs and savingJitterMs draw durations from the seed", async () => {
    const api = await startStill({ queuedJitterMs: 5_000, savingJitterMs: 5_000, volumeBusy: false });
    const lives = new Set();
    for (let i = 0; i < 5; i++) {
      const id = await api.makeImage(`n${i}`);
      const [created = { atMs: 0 }, saving = { atMs: 0 }, active = { atMs: 0 }] =
        api.emulator.image(id)?.timeline ?? [];
      const durations = [saving.atMs - created.atMs, active.atMs - saving.atMs];
      expect(durations[0]).toBeGreaterThanOrEqual(300);
      expect(durations[0]).toBeLessThanOrEqual(5_300);
      expect(durations[1]).toBeGreaterThanOrEqual(700);
      expect(durations[1]).toBeLessThanOrEqual(5_700);
      lives.add(durations.join());
    }
    expect(lives.size).toBeGreaterThan(1);
  });

  it("setting visibleAfterMs returns 404 at first, for reads and writes", async () => {
    const api = await startStill({ visibleAfterMs: 500 });
    const id = await api.makeImage("n");
    expect((await api.get(one(id))).status).toBe(404);
    expect((await api.call("DELETE", one(id))).status).toBe(404);
    api.emulator.advance(500);
    expect((await api.get(one(id))).status).toBe(200);
  });

  it("setting flipFlopMs returns sometimes 404 and sometimes 200 for this long", async () => {
    const api = await startStill({ flipFlopMs: 1_000 });
    const id = await api.makeImage("n");
    const statuses = [];
    for (let i = 0; i < 20; i++) statuses.push((await api.get(one(id))).status);
    expect(new Set(statuses)).toEqual(new Set([200, 404]));
    api.emulator.advance(1_000);
    for (let i = 0; i < 10; i++) expect((await api.get(one(id))).status).toBe(200);
  });

  it("setting listDelayMs shows old data in lists", async () => {
    const api = await startStill({ listDelayMs: 400 });
    const id = await api.makeImage("late");
    const listed = async () => column(await api.get("/api/v1/images?image_type=my"), "status");
    expect(await listed()).toEqual([]);
    api.emulator.advance(400);
    expect(await listed()).toEqual(["queued"]);
    expect((await api.image(id)).status).toBe("saving");
    await api.call("DELETE", one(id));
    expect((await api.get(one(id))).status).toBe(404);
    expect(await listed()).toEqual(["queued"]);
    api.emulator.advance(400);
    expect(await listed()).toEqual([]);
  });

  it("setting tickMs moves the clock with every request", async () => {
    const api = await startStill({ tickMs: 500 });
    const id = await api.makeImage("n");
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await api.image(id)).status);
    expect(statuses).toEqual(["saving", "active", "active"]);
  });

  it("setting baseTime starts the clock, also of the Date header", async () => {
    const api = await startStill({ baseTime: "2031-01-01T00:00:00Z" });
    const reply = await api.get("/api/v1/images");
    expect(reply.headers.get("date")).toBe("Wed, 01 Jan 2031 00:00:00 GMT");
  });

  it("can be changed by the control API: a status from now on, or deleted", async () => {
    const api = await startStill();
    const id = await api.makeImage("n");
    api.emulator.changeImage(id, { status: "killed" });
    api.emulator.advance(10_000);
    expect(await api.image(id)).toMatchObject({ status: "killed", size: null });
    api.emulator.changeImage(id, { status: "(deleted)" });
    expect((await api.get(one(id))).status).toBe(404);
    expect(api.emulator.changeImage(id, { status: "active" })).toBeUndefined();
  });
});

describe("responses take time", () => {
  it("settings latencyMs and latencyJitterMs delay them", async () => {
    const api = await login(await start());
    api.emulator.changeSettings({ latencyMs: 40, latencyJitterMs: 10 });
    await api.get("/api/v1/images");
    expect(api.emulator.journal().at(-1)?.durationMs).toBeGreaterThanOrEqual(39);
  });

  it("setting bytesPerSecond slows bodies down", async () => {
    const api = await login(await start());
    api.emulator.changeSettings({ bytesPerSecond: 4_000 });
    const reply = await api.get(`/api/v1/volumes/${ROOT_VOLUME}`);
    expect(reply.json).toHaveProperty("volume.id", ROOT_VOLUME);
    expect(api.emulator.journal().at(-1)?.durationMs).toBeGreaterThan(100);
  });
});
