import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/emulator/faults/rule.ts";
import type { Settings } from "../../../src/emulator/settings.ts";
import { DETACHED_ROOT_VOLUME, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import type { ObjectValue } from "../../../src/framework/value.ts";
import { KakaoCloudError } from "../../../src/kakaocloud/errors.ts";
import { scaledTimings } from "../../../src/provider/defaults.ts";
import { imageResource } from "../../../src/provider/image/resource.ts";
import { clientOf, startCloud, type TestCloud, texts } from "./support.ts";

const CREATE = { method: "POST", path: "/image$" };
const GOLDEN = { name: "golden-web", description: "made", volume_id: ROOT_VOLUME };
const MADE: Fault = { kind: "reset-after" };
const NOT_MADE: Fault = { kind: "close-after-read", applied: false };

/** Fifty times as fast, but for the time in which another run creates its image, also on a busy machine. */
const TIMINGS = { ...scaledTimings(0.02), recoveryWindowMs: 1_500 };

/** A cloud whose images are recovered sooner. */
const start = (settings: Partial<Settings>, options: Parameters<typeof startCloud>[1] = {}) =>
  startCloud(settings, { timings: TIMINGS, ...options });

/** A cloud that loses the responses to the first so many create requests; a volume takes several at a time. */
async function startLosing(fault: Fault, times = 1, settings: Partial<Settings> = {}) {
  const cloud = await start({ volumeBusy: false, ...settings });
  cloud.emulator.addRule({ match: CREATE, fault, times });
  return {
    ...cloud,
    create: (config: object = {}) => cloud.apply(imageResource, { ...GOLDEN, ...config }),
    made: () => cloud.emulator.leftovers().map(({ id }) => id),
    posts: () =>
      cloud.emulator.journal().filter(({ method, path }) => method === "POST" && /image$/.test(path)),
  };
}

describe("an image whose create got no response", () => {
  it.each(["2031-05-06T07:08:09Z", "2019-05-06T07:08:09Z"])(
    "fault 9: is found by the cloud's own clock, however wrong this machine's is: %s",
    async (baseTime) => {
      const cloud = await startLosing(MADE, 1, { baseTime });
      const { state, diagnostics } = await cloud.create();
      expect(state).toMatchObject({ id: cloud.made()[0], status: "active" });
      expect(texts(diagnostics)).toContain("Image Recovered");
      expect(cloud.posts()).toHaveLength(1);
    },
  );

  it("is found although lists lag behind", async () => {
    const cloud = await startLosing(MADE, 1, { listDelayMs: 150 });
    expect((await cloud.create()).state).toMatchObject({ id: cloud.made()[0] });
  });

  it("is not one that was there before, and the error says what to look for", async () => {
    const cloud = await startLosing(NOT_MADE);
    cloud.emulator.seedImage({ name: "golden-web", description: "made" });
    cloud.emulator.advance(60_000);
    const { state, diagnostics } = await cloud.create();
    expect(state).toBeNull();
    for (const fact of [
      'If the console shows an image named "golden-web"',
      "terraform import",
      "may or may not have been created",
    ]) {
      expect(texts(diagnostics)).toContain(fact);
    }
  });

  it("is found after an outage that lasts longer than the search, and the warning says what KakaoCloud returned", async () => {
    // More lists than fit into the time of the search.
    let failing = 12;
    const change = (client: ReturnType<typeof clientOf>): ReturnType<typeof clientOf> => ({
      ...client,
      images: {
        ...client.images,
        async list(...args) {
          failing -= 1;
          if (failing < 0) return client.images.list(...args);
          throw new KakaoCloudError({
            code: "unavailable",
            operation: "ListImages",
            phase: "request",
            reason: "the image service returned 503",
            transient: true,
          });
        },
      },
    });
    const cloud = await start({ volumeBusy: false }, { change });
    cloud.emulator.addRule({
      match: CREATE,
      fault: { kind: "status", status: 503, applied: true },
      times: 1,
    });
    const { state, diagnostics } = await cloud.apply(imageResource, GOLDEN);
    expect(state).toMatchObject({ id: cloud.emulator.leftovers()[0]?.id, status: "active" });
    expect(texts(diagnostics)).toMatch(
      /While creating image "golden-web", the volume service .* returned 503/,
    );
  });

  it("is not reported as missing when the images could not be listed", async () => {
    const cloud = await startLosing(MADE);
    cloud.emulator.addRule({ match: { path: "/images$" }, fault: { kind: "status", status: 403 } });
    const { state, diagnostics } = await cloud.create();
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain("The images could not be listed to find out.");
    expect(texts(diagnostics)).toContain('If the console shows an image named "golden-web"');
  });

  it.each([
    ["another description", { description: "theirs" }],
    [
      "another owner",
      { description: "made", owner: "0b1c2d3e4f5061728394a5b6c7d8e9f0", visibility: "public" },
    ],
  ] as const)("is not one of %s that was created at the same time", async (_what, seed) => {
    const cloud = await startLosing(NOT_MADE);
    cloud.emulator.seedImage({ name: "golden-web", ...seed });
    expect((await cloud.create()).state).toBeNull();
  });

  it("is not one that was created after the response was lost, but the error names it", async () => {
    const cloud = await startLosing(NOT_MADE);
    const creating = cloud.create();
    while (!cloud.logged.some((line) => line.includes("searching for the image"))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    cloud.emulator.advance(60_000);
    const { id } = cloud.emulator.seedImage({ name: "golden-web", description: "made" });
    const { state, diagnostics } = await creating;
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain(id);
  });

  it("is left to the user when two would fit, both named", async () => {
    const cloud = await startLosing(MADE);
    const { id } = cloud.emulator.seedImage({ name: "golden-web", description: "made" });
    const { state, diagnostics } = await cloud.create();
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain(id);
    expect(texts(diagnostics)).toContain(cloud.made()[0]);
  });

  it("is left to the user when another that fits is listed later", async () => {
    const cloud = await startLosing(MADE, 1, { listDelayMs: 100 });
    const { id } = cloud.emulator.seedImage({ name: "golden-web", description: "made" });
    const { state, diagnostics } = await cloud.create();
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain(id);
    expect(texts(diagnostics)).toContain(cloud.made()[0]);
  });

  it("is distinguished from the image of another create with the same name", async () => {
    const cloud = await startLosing(MADE);
    const [first, second] = await Promise.all([cloud.create(), cloud.create()]);
    const ids = [first?.state?.id, second?.state?.id];
    expect(new Set(ids)).toEqual(new Set(cloud.made()));
    expect(ids).not.toContain(undefined);
  });

  it("is not one that was imported meanwhile", async () => {
    const cloud = await startLosing(NOT_MADE);
    const { id } = cloud.emulator.seedImage({ name: "golden-web", description: "made" });
    const creating = cloud.create();
    expect((await cloud.refresh(imageResource, { id })).state).toMatchObject({ id });
    expect((await creating).state).toBeNull();
  });

  it("is left to the user when two creates of the same name got no response, and nobody adopts it later", async () => {
    const cloud = await startLosing(MADE, 2);
    const outcomes = await Promise.all([cloud.create(), cloud.create({ volume_id: DETACHED_ROOT_VOLUME })]);
    for (const { state, diagnostics } of outcomes) {
      expect(state).toBeNull();
      for (const id of cloud.made()) expect(texts(diagnostics)).toContain(id);
    }
    cloud.emulator.addRule({ match: CREATE, fault: NOT_MADE, times: 1 });
    expect((await cloud.create()).state).toBeNull();
    expect(cloud.made()).toHaveLength(2);
  });

  it("is reported with everything to look for when the user interrupts before the outcome is known", async () => {
    const cloud = await startLosing({ kind: "stall", applied: true });
    const creating = cloud.create();
    while (cloud.made().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cloud.interrupt();
    const { state, diagnostics } = await creating;
    expect(state).toBeNull();
    for (const fact of [
      "the operation was interrupted",
      'image named "golden-web"',
      "terraform import",
      "created at",
    ]) {
      expect(texts(diagnostics)).toContain(fact);
    }
  });
});

describe("an image that another run creates while a create gets no response", () => {
  const INPUT = { name: GOLDEN.name, description: GOLDEN.description };

  /** Applies, and has another run create the same image from a volume at the same time. */
  async function createBeside(cloud: TestCloud, volumeId: string, settings: Partial<Settings> = {}) {
    const creating = cloud.apply(imageResource, GOLDEN);
    while (!cloud.logged.some((line) => line.includes("searching for the image"))) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    cloud.emulator.changeSettings(settings);
    const other = await clientOf(cloud.emulator).images.create(volumeId, INPUT);
    return { other, ...(await creating) };
  }

  const startNotCreating = async (settings: Partial<Settings>) => {
    const cloud = await start(settings);
    cloud.emulator.addRule({ match: CREATE, fault: NOT_MADE, times: 1 });
    return cloud;
  };

  it.each([
    ["while it is copied from another volume", { savingMs: 60_000 }],
    ["when it is as large as another volume", {}],
  ] as const)("is not adopted %s, but the error names it", async (_when, settings) => {
    const cloud = await startNotCreating(settings);
    const { state, diagnostics, other } = await createBeside(cloud, DETACHED_ROOT_VOLUME);
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain(other.id);
    expect(texts(diagnostics)).toContain("by this request or by somebody else");
  });

  it("is not adopted when the volume cannot be read, so that its owner is unknown", async () => {
    const cloud = await startNotCreating({ savingMs: 60_000 });
    cloud.emulator.addRule({ match: { path: "/volumes/[^/]*$" }, fault: { kind: "status", status: 403 } });
    const { state, diagnostics, other } = await createBeside(cloud, ROOT_VOLUME);
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain(other.id);
  });

  it("is not adopted when it had the volume before the request", async () => {
    const cloud = await start({ savingMs: 1_000 });
    await clientOf(cloud.emulator).images.create(ROOT_VOLUME, INPUT);
    const creating = cloud.apply(imageResource, GOLDEN);
    while (!cloud.logged.some((line) => line.includes("is or was busy"))) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    cloud.emulator.addRule({ match: CREATE, fault: NOT_MADE });
    const { state, diagnostics } = await creating;
    expect(state).toBeNull();
    expect(texts(diagnostics)).toContain("may or may not have been created");
  });

  it("does not keep an image from being recovered whose volume became busy", async () => {
    const cloud = await start({ savingMs: 150 });
    cloud.emulator.addRule({ match: CREATE, fault: MADE, times: 1 });
    // Copied for longer than ours, so that it is seen to be when our volume is free again.
    const later = { savingMs: 60_000 };
    const { state, diagnostics, other } = await createBeside(cloud, DETACHED_ROOT_VOLUME, later);
    expect(texts(diagnostics)).toContain("Image Recovered");
    const [own] = cloud.emulator.leftovers([other.id]);
    expect(state).toMatchObject({ id: own?.id, status: "active" });
  });
});

describe("an image whose create ended in a bug of the provider", () => {
  it("is recovered when the bug came after the request was sent", async () => {
    const cloud = await start(
      {},
      {
        change: (client) => ({
          ...client,
          images: {
            ...client.images,
            async create(...args) {
              await client.images.create(...args);
              throw new TypeError("cannot read properties of undefined");
            },
          },
        }),
      },
    );
    const { state, diagnostics } = await cloud.apply(imageResource, GOLDEN);
    expect(state).toMatchObject({ id: cloud.emulator.leftovers()[0]?.id, status: "active" });
    expect(texts(diagnostics)).toContain("Image Recovered");
  });

  it("is named with the bug when it is not found", async () => {
    const broken = () => Promise.reject(new TypeError("cannot read properties of undefined"));
    const change = (client: ReturnType<typeof clientOf>) => ({
      ...client,
      images: { ...client.images, create: broken },
    });
    const { state, diagnostics } = await (await start({}, { change })).apply(imageResource, GOLDEN);
    expect(state).toBeNull();
    expect(texts(diagnostics)).toMatch(
      /unexpected error .*TypeError: cannot read properties.*may or may not have been created/,
    );
  });
});

describe("an image whose create ran out of time before it was visible", () => {
  /** The state after it; no request finds the image for longer than one that was seen may be missing. */
  async function unseen() {
    const cloud = await start({ queuedMs: 6_000, visibleAfterMs: 3_500 });
    const timeouts = { create: "1500ms", read: null, update: null, delete: null };
    const { state } = await cloud.apply(imageResource, { ...GOLDEN, timeouts });
    if (state === null) throw new Error("nothing was saved");
    expect(state).toMatchObject({ id: cloud.emulator.leftovers()[0]?.id, status: "queued" });
    return { ...cloud, state };
  }

  it("stays in the state when it is refreshed", async () => {
    const { state, refresh } = await unseen();
    expect((await refresh(imageResource, state)).state).toMatchObject({ id: state.id });
  });

  it("is deleted when it is destroyed", async () => {
    const { state, destroy, emulator } = await unseen();
    expect((await destroy(imageResource, state)).diagnostics).toEqual([]);
    expect(emulator.leftovers()).toEqual([]);
  });

  it("counts as deleted after a while when it is still not visible, however far ahead the server's clock is", async () => {
    const { state, refresh, emulator } = await unseen();
    emulator.changeImage(String(state.id), { status: "(deleted)" });
    const timeouts = { create: null, read: "15s", update: null, delete: null };
    const dated: ObjectValue = { ...state, created_at: "2099-01-01T00:00:00Z", timeouts };
    const { state: left, diagnostics } = await refresh(imageResource, dated);
    expect(texts(diagnostics)).toBe("");
    expect(left).toBeNull();
  }, 20_000);
});

describe("an image that is active but only lists show yet", () => {
  async function listedOnly() {
    const cloud = await start({ visibleAfterMs: 3_500 });
    const timeouts = { create: "1500ms", read: null, update: null, delete: null };
    const { state } = await cloud.apply(imageResource, { ...GOLDEN, timeouts });
    if (state === null) throw new Error("nothing was saved");
    const active: ObjectValue = { ...state, status: "active" };
    return { ...cloud, state: active };
  }

  it("stays in the state when it is refreshed", async () => {
    const { state, refresh } = await listedOnly();
    expect((await refresh(imageResource, state)).state).toMatchObject({ id: state.id });
  });

  it("counts as deleted when lists do not show it either", async () => {
    const { state, refresh, emulator } = await listedOnly();
    emulator.changeImage(String(state.id), { status: "(deleted)" });
    expect((await refresh(imageResource, state)).state).toBeNull();
  });
});
