import { afterEach, expect, it, vi } from "vitest";
import type { ImageSeed } from "../../../src/emulator/api/image/seed.ts";
import type { Settings } from "../../../src/emulator/settings.ts";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import type { ObjectValue } from "../../../src/framework/value.ts";
import { BATCH_LIST_MAX_AGE_MS, BATCH_READS_FROM } from "../../../src/provider/defaults.ts";
import { imageResource } from "../../../src/provider/image/resource.ts";
import { sharesReads } from "../../../src/provider/session.ts";
import { startCloud, type TestCloud, texts } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
});

const LIST = "GET /images";

/** A cloud with images, and the state that Terraform has of each. */
async function startWithImages(count: number, seed: ImageSeed = {}, settings: Partial<Settings> = {}) {
  const cloud = await startCloud(settings);
  const states: ObjectValue[] = [];
  for (let index = 0; index < count; index += 1) {
    const { id } = cloud.emulator.seedImage({ name: `image-${index}`, ...seed });
    const { state } = await cloud.refresh(imageResource, { id });
    states.push(state ?? {});
  }
  cloud.requests();
  return { cloud, states };
}

const refreshAll = (cloud: TestCloud, states: readonly ObjectValue[]) =>
  Promise.all(states.map((state) => cloud.refresh(imageResource, state)));

const lists = (requests: readonly string[]) => requests.filter((request) => request === LIST).length;

const idOf = (state: ObjectValue | undefined) => String(state?.id);

const creation = (name: string): ObjectValue => ({ name, volume_id: ROOT_VOLUME });

it("the first reads request their images, and all that come meanwhile use one list", async () => {
  const { cloud, states } = await startWithImages(40);
  const outputs = await refreshAll(cloud, states);
  expect(outputs.map(({ state }) => state)).toEqual(states);
  const requests = cloud.requests();
  expect(lists(requests)).toBe(1);
  expect(requests).toHaveLength(BATCH_READS_FROM + 1);
});

it("a recent list serves reads that come later, one at a time", async () => {
  const { cloud, states } = await startWithImages(12);
  await refreshAll(cloud, states);
  cloud.requests();
  for (const state of states) expect((await cloud.refresh(imageResource, state)).state).toEqual(state);
  expect(cloud.requests()).toEqual([]);
});

it("an old list is replaced while reads keep coming, and dropped when it served few", async () => {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  const { cloud, states } = await startWithImages(12);
  await refreshAll(cloud, states);
  vi.advanceTimersByTime(BATCH_LIST_MAX_AGE_MS);
  cloud.requests();
  await cloud.refresh(imageResource, states[0] ?? {});
  expect(cloud.requests()).toEqual([LIST]);
  vi.advanceTimersByTime(BATCH_LIST_MAX_AGE_MS);
  await refreshAll(cloud, states);
  expect(lists(cloud.requests())).toBe(0);
});

it("few reads request their images one by one", async () => {
  const { cloud, states } = await startWithImages(BATCH_READS_FROM);
  await refreshAll(cloud, states);
  expect([...cloud.requests()].sort()).toEqual(states.map(({ id }) => `GET /images/${id}`).sort());
});

it("an image that the list does not have is read by itself, and only that makes it deleted", async () => {
  const { cloud, states } = await startWithImages(12);
  const foreign = cloud.emulator.seedImage({
    owner: "0b1c2d3e4f5061728394a5b6c7d8e9f0",
    visibility: "public",
  });
  const deleted = states[11];
  // One that was just created would be read again, as it may only be invisible.
  cloud.emulator.advance(10 * 60_000);
  cloud.emulator.changeImage(idOf(deleted), { status: "(deleted)" });
  const outputs = await refreshAll(cloud, [...states, { id: foreign.id }]);
  const requests = cloud.requests();
  expect(lists(requests)).toBe(1);
  expect(requests).toContain(`GET /images/${idOf(deleted)}`);
  expect(outputs[11]?.state).toBeNull();
  expect(outputs[12]?.state).toMatchObject({ visibility: "public" });
});

it("that an image is being deleted is confirmed by the image itself", async () => {
  const { cloud, states } = await startWithImages(12);
  const id = idOf(states[11]);
  cloud.emulator.changeImage(id, { status: "pending_delete" });
  const outputs = await refreshAll(cloud, states);
  expect(cloud.requests()).toContain(`GET /images/${id}`);
  expect(outputs[11]?.state).toBeNull();
});

it("changes made elsewhere are seen in the list", async () => {
  const { cloud, states } = await startWithImages(12, { created_at: "2025-01-01T00:00:00Z" });
  const id = idOf(states[11]);
  cloud.emulator.changeImage(id, { name: "renamed", status: "killed" });
  const outputs = await refreshAll(cloud, states);
  expect(outputs[11]?.state).toMatchObject({ name: "renamed", status: "killed" });
  expect(texts(outputs[11]?.diagnostics ?? [])).toContain("Image Not Usable");
  expect(cloud.requests()).not.toContain(`GET /images/${id}`);
});

it("a list that is older than the state, or differs from it at the same time, is not used", async () => {
  const { cloud, states } = await startWithImages(12);
  const newer = { ...states[10], updated_at: "2999-01-01T00:00:00Z" };
  const differing = { ...states[11], name: "as-it-was-named-in-this-second" };
  await refreshAll(cloud, [...states.slice(0, 10), newer, differing]);
  const requests = cloud.requests();
  expect(requests).toContain(`GET /images/${idOf(newer)}`);
  expect(requests).toContain(`GET /images/${idOf(differing)}`);
  expect(requests).toHaveLength(BATCH_READS_FROM + 1 + 2);
});

it("an image that a list leaves out is read by itself", async () => {
  const { cloud, states } = await startWithImages(12);
  const withoutStatus = cloud.emulator.seedImage({ name: "without-status", status: null });
  await refreshAll(cloud, [...states, { id: withoutStatus.id }]);
  expect(cloud.requests()).toContain(`GET /images/${withoutStatus.id}`);
});

it("an image that this process has changed is read by itself, although a list has it", async () => {
  const { cloud, states } = await startWithImages(12);
  const [first = {}] = states;
  await refreshAll(cloud, states);
  const updated = await cloud.apply(imageResource, { name: "changed-by-us" }, first);
  expect(updated.diagnostics).toEqual([]);
  cloud.requests();
  expect((await cloud.refresh(imageResource, first)).state).toMatchObject({ name: "changed-by-us" });
  expect(cloud.requests()).toEqual([`GET /images/${first.id}`]);
});

it("a list that cannot be read costs nothing but a line in the log", async () => {
  const { cloud, states } = await startWithImages(12);
  cloud.emulator.addRule({
    match: { path: "^/api/v1/images$" },
    fault: { kind: "status", status: 403, body: "bcs" },
  });
  const outputs = await refreshAll(cloud, states);
  expect(outputs.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  expect(cloud.requests().filter((request) => request !== LIST)).toHaveLength(12);
  expect(cloud.logged.join("\n")).toContain("could not be listed");
  await refreshAll(cloud, states);
  expect(lists(cloud.requests())).toBe(0);
});

it("a read that is out of time leaves alone, the others get their list", async () => {
  const { cloud, states } = await startWithImages(12);
  cloud.emulator.addRule({ match: { path: "^/api/v1/images$" }, fault: { kind: "latency", ms: 600 } });
  const hasty = { ...states[11], timeouts: { create: null, read: "200ms", update: null, delete: null } };
  const outputs = await refreshAll(cloud, [...states.slice(0, 11), hasty]);
  expect(outputs.map(({ diagnostics }) => diagnostics.length)).toEqual([...Array(11).fill(0), 1]);
  const requests = cloud.requests();
  expect(requests).toHaveLength(BATCH_READS_FROM + 1);
});

it("a list that nobody waits for is aborted", async () => {
  const { cloud, states } = await startWithImages(12);
  cloud.emulator.addRule({ match: { path: "^/api/v1/images" }, fault: { kind: "latency", ms: 3_000 } });
  const reads = refreshAll(cloud, states);
  await vi.waitFor(() => expect(cloud.emulator.metrics().active).toBe(BATCH_READS_FROM + 1));
  cloud.interrupt();
  const outputs = await reads;
  expect(outputs.map(({ state }) => state)).toEqual(states);
  await vi.waitFor(() =>
    expect(
      cloud.emulator
        .journal()
        .slice(-6)
        .map(({ aborted }) => aborted),
    ).toEqual(Array(6).fill(true)),
  );
});

it("KAKAOCLOUD_SHARED_READS=off turns batching off, and nothing else does", () => {
  expect([{ KAKAOCLOUD_SHARED_READS: "off" }, { KAKAOCLOUD_SHARED_READS: " OFF " }].map(sharesReads)).toEqual(
    [false, false],
  );
  expect([{}, { KAKAOCLOUD_SHARED_READS: "" }, { KAKAOCLOUD_SHARED_READS: "on" }].map(sharesReads)).toEqual([
    true,
    true,
    true,
  ]);
});

it("creates that wait at the same time share their polls", async () => {
  const cloud = await startCloud({ volumeBusy: false, queuedMs: 300, savingMs: 500 });
  const outputs = await Promise.all(
    Array.from({ length: 30 }, (_, index) => cloud.apply(imageResource, creation(`image-${index}`))),
  );
  expect(outputs.map(({ state, diagnostics }) => [state?.status, diagnostics])).toEqual(
    Array(30).fill(["active", []]),
  );
  const polls = cloud.requests().filter((request) => request.startsWith("GET /images"));
  expect(lists(polls)).toBeGreaterThan(0);
  expect(polls.length).toBeLessThan(30);
});

it("creates finish although lists lag far behind", async () => {
  const cloud = await startCloud({ volumeBusy: false, savingMs: 300, listDelayMs: 60_000 });
  const outputs = await Promise.all(
    [1, 2, 3, 4].map((index) => cloud.apply(imageResource, creation(`image-${index}`))),
  );
  expect(outputs.map(({ state }) => state?.status)).toEqual(Array(4).fill("active"));
  // Once a list has not shown an image, no other is taken for it.
  expect(lists(cloud.requests())).toBeLessThan(4);
});

it("an image that lists show before it can be read does not count as deleted", async () => {
  const cloud = await startCloud({ volumeBusy: false, queuedMs: 0, savingMs: 300, visibleAfterMs: 2_000 });
  cloud.emulator.addRule({
    match: { imageName: "slow" },
    fault: { kind: "lifecycle", savingMs: 1_500 },
  });
  const outputs = await Promise.all(
    ["quick-1", "quick-2", "slow"].map((name) => cloud.apply(imageResource, creation(name))),
  );
  expect(outputs.map(({ state, diagnostics }) => [state?.status, texts(diagnostics)])).toEqual(
    Array(3).fill(["active", ""]),
  );
});

it("that an image failed is confirmed by the image itself", async () => {
  const cloud = await startCloud({ volumeBusy: false, savingMs: 400 });
  cloud.emulator.addRule({ match: { imageName: "broken" }, fault: { kind: "lifecycle", end: "killed" } });
  const outputs = await Promise.all(
    ["image-1", "image-2", "image-3", "broken"].map((name) => cloud.apply(imageResource, creation(name))),
  );
  const broken = outputs[3];
  expect(texts(broken?.diagnostics ?? [])).toContain('set the image to status "killed"');
  expect(cloud.requests()).toContain(`GET /images/${broken?.state?.id}`);
});

it("an interrupt ends every wait at once and keeps every image", async () => {
  const cloud = await startCloud({ volumeBusy: false, savingMs: 60_000 });
  const applies = [1, 2, 3, 4].map((index) => cloud.apply(imageResource, creation(`image-${index}`)));
  await vi.waitFor(() =>
    expect(lists(cloud.emulator.journal().map(({ route }) => route.replace("/api/v1", "")))).toBe(2),
  );
  cloud.interrupt();
  const outputs = await Promise.all(applies);
  expect(outputs.map(({ state }) => state?.status)).toEqual(Array(4).fill("saving"));
});

it("destroying an image is a DELETE and a read", async () => {
  const { cloud, states } = await startWithImages(10);
  const outputs = await Promise.all(states.map((state) => cloud.destroy(imageResource, state)));
  expect(outputs.map(({ state }) => state)).toEqual(Array(10).fill(null));
  const requests = cloud.requests();
  expect(requests).toHaveLength(20);
  expect(lists(requests)).toBe(0);
});
