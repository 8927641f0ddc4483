import { describe, expect, it, vi } from "vitest";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { OTHER_PROJECTS, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { scaledTimings } from "../../../src/provider/defaults.ts";
import { imagesDataSource } from "../../../src/provider/image/list-data-source.ts";
import { imageResource } from "../../../src/provider/image/resource.ts";
import { imageMemberResource } from "../../../src/provider/image-member/resource.ts";
import { instancesDataSource } from "../../../src/provider/instance/list-data-source.ts";
import { volumesDataSource } from "../../../src/provider/volume/list-data-source.ts";
import { elements, startCloud as startCloudWith, type TestCloud, texts } from "./support.ts";

/** A cloud whose waits are fifty times as short. */
const startCloud = (settings: Parameters<typeof startCloudWith>[0] = {}) =>
  startCloudWith(settings, { timings: scaledTimings(0.02) });

const GOLDEN = { name: "golden-web", description: "built", volume_id: ROOT_VOLUME };
const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const [TEAM] = OTHER_PROJECTS;
const SHARED = { id: IMAGE, shared_member_ids: [TEAM] };

const countOf = (cloud: TestCloud, method: string, path: string) =>
  cloud.emulator.journal().filter((entry) => entry.method === method && entry.path.endsWith(path)).length;

async function created(cloud: TestCloud) {
  const { state, diagnostics } = await cloud.apply(imageResource, GOLDEN);
  if (state === null) throw new Error(texts(diagnostics));
  return state;
}

describe("a conflict (409)", () => {
  const startWithImage = async (timings = scaledTimings(0.02)) => {
    const cloud = await startCloudWith({}, { timings });
    cloud.emulator.seedImage({ id: IMAGE, name: "golden" });
    return cloud;
  };
  const conflict = (times?: number) => ({
    match: { method: "POST", path: "/members/" },
    fault: { kind: "status", status: 409, message: "The image is locked." } as const,
    ...(times !== undefined && { times }),
  });

  it("while sharing does not count as a share: the request is sent again until the API accepts it", async () => {
    // A busy machine must not use up the window.
    const cloud = await startWithImage({ ...scaledTimings(0.02), shareConflictWindowMs: 20_000 });
    cloud.emulator.addRule(conflict(2));
    const { diagnostics, state } = await cloud.apply(imageMemberResource, SHARED);
    expect(texts(diagnostics)).toBe("");
    expect(elements(state, "members")).toHaveLength(1);
    expect(countOf(cloud, "POST", TEAM)).toBe(3);
  });

  it("while sharing that stays ends with the API's words, and nothing is saved as shared", async () => {
    const cloud = await startWithImage();
    cloud.emulator.addRule(conflict());
    const { diagnostics, state } = await cloud.apply(imageMemberResource, SHARED);
    expect(texts(diagnostics)).toContain("The image is locked.");
    expect(texts(diagnostics)).not.toContain("timeouts.create");
    expect(state?.shared_member_ids ?? []).toEqual([]);
    expect(countOf(cloud, "POST", TEAM)).toBeGreaterThan(1);
  });

  it("while sharing that is due to a share that exists is a success", async () => {
    const cloud = await startCloud({ memberDelayMs: 100 });
    cloud.emulator.seedImage({ id: IMAGE, name: "golden" });
    cloud.emulator.addRule({
      match: { method: "POST", path: "/members/" },
      fault: { kind: "reset-after" },
      times: 1,
    });
    const { diagnostics } = await cloud.apply(imageMemberResource, SHARED);
    expect(texts(diagnostics)).toBe("");
    expect(cloud.emulator.image(IMAGE)?.members).toHaveLength(1);
  });

  it("while a share is removed is sent again", async () => {
    const cloud = await startWithImage();
    const { state } = await cloud.apply(imageMemberResource, SHARED);
    cloud.emulator.addRule({ ...conflict(2), match: { method: "DELETE", path: "/members/" } });
    const { diagnostics } = await cloud.destroy(imageMemberResource, state ?? {});
    expect(texts(diagnostics)).toBe("");
    expect(cloud.emulator.image(IMAGE)?.members).toEqual([]);
  });
});

describe("at the time limit, the last refusal is named", () => {
  const timeouts = { create: "1s", read: null, update: null, delete: "1s" };
  const refused = (method: string, status: number) => ({
    match: { method, path: "/members/" },
    fault: { kind: "status", status, message: "Not now." } as const,
  });

  it.each([404, 409, 410, 423])("of an image that is shared: %i", async (status) => {
    const cloud = await startCloudWith({});
    cloud.emulator.seedImage({ id: IMAGE, name: "golden" });
    cloud.emulator.addRule(refused("POST", status));
    const { diagnostics } = await cloud.apply(imageMemberResource, { ...SHARED, timeouts });
    expect(texts(diagnostics)).toMatch(/timeouts\.create ran out after .*; the last error: .*Not now\./);
  });

  it.each([404, 409, 410, 423])("of an image that is deleted: %i", async (status) => {
    const cloud = await startCloudWith({});
    const image = await created(cloud);
    cloud.emulator.addRule({
      match: { method: "DELETE", path: "/images/" },
      fault: { kind: "status", status, message: "Not now." },
    });
    // The time runs out while the image is read to find out whether it exists.
    cloud.emulator.addRule({
      match: { method: "GET", path: "/images/" },
      fault: { kind: "latency", ms: 300 },
    });
    const { diagnostics } = await cloud.destroy(imageResource, { ...image, timeouts });
    expect(texts(diagnostics)).toMatch(/timeouts\.delete, which ran out .*; the last error: .*Not now\./);
  });

  it.each([409, 423])("of a share that is removed: %i", async (status) => {
    const cloud = await startCloudWith({});
    cloud.emulator.seedImage({ id: IMAGE, name: "golden" });
    const { state } = await cloud.apply(imageMemberResource, { ...SHARED, timeouts });
    cloud.emulator.addRule(refused("DELETE", status));
    const { diagnostics } = await cloud.destroy(imageMemberResource, state ?? {});
    expect(texts(diagnostics)).toMatch(/timeouts\.delete ran out after .*; the last error: .*Not now\./);
  });
});

it("a limit that ends an operation early is not said to have run out", async () => {
  const cloud = await startCloud();
  const image = await created(cloud);
  cloud.emulator.addRule({
    match: { method: "GET", path: "/images/" },
    fault: { kind: "status", status: 503, retryAfter: 3_600 },
  });
  const timeouts = { create: null, read: "20m", update: null, delete: null };
  const text = texts((await cloud.refresh(imageResource, { ...image, timeouts })).diagnostics);
  expect(text).toMatch(/timeouts\.read is too short for another attempt after \d+ms; the last error: .*503/);
  expect(text).toContain("terraform apply -refresh=false once");
});

it.each([
  [401, "The access key may have been deleted or expired"],
  [403, "The project or the role of the access key does not allow this."],
  [501, "check the endpoint of the image service"],
])(
  "a %i while a new image is awaited keeps its own remedy beside what the state holds",
  async (status, remedy) => {
    const cloud = await startCloud({ savingMs: 60_000 });
    cloud.emulator.addRule({ match: { method: "GET", path: "/images" }, fault: { kind: "status", status } });
    const { diagnostics, state } = await cloud.apply(imageResource, GOLDEN);
    expect(state).toMatchObject({ name: "golden-web" });
    expect(texts(diagnostics)).toContain(remedy);
    expect(texts(diagnostics)).toContain("The image is saved in the state as tainted");
  },
);

describe.each([404, 409, 410])("a %i of the iam service, when a token has expired", (status) => {
  const noToken = (cloud: TestCloud) => {
    cloud.emulator.addRule({
      match: { path: "/(images|volumes)" },
      fault: { kind: "status", status: 401 },
      times: 1,
    });
    cloud.emulator.addRule({ match: { path: "/tokens$" }, fault: { kind: "status", status } });
  };

  it("says nothing about an image: it stays in the state", async () => {
    const cloud = await startCloud();
    const image = await created(cloud);
    noToken(cloud);
    const read = await cloud.refresh(imageResource, image);
    expect(read.state).toMatchObject({ id: image.id });
    expect(texts(read.diagnostics)).toContain("while getting a token");
    const deleted = await cloud.destroy(imageResource, image);
    expect(deleted.state).toMatchObject({ id: image.id });
    expect(texts(deleted.diagnostics)).toContain("while getting a token");
  });

  it("says nothing about shares: they stay in the state", async () => {
    const cloud = await startCloud();
    cloud.emulator.seedImage({ id: IMAGE, name: "golden" });
    const { state } = await cloud.apply(imageMemberResource, SHARED);
    noToken(cloud);
    const read = await cloud.refresh(imageMemberResource, state ?? {});
    expect(read.state).toMatchObject({ shared_member_ids: [TEAM] });
    expect(texts(read.diagnostics)).toContain("while getting a token");
    const removed = await cloud.destroy(imageMemberResource, state ?? {});
    expect(removed.state).toMatchObject({ shared_member_ids: [TEAM] });
    expect(texts(removed.diagnostics)).toContain("while getting a token");
  });

  it("says nothing about a volume", async () => {
    const cloud = await startCloud();
    noToken(cloud);
    const text = texts((await cloud.apply(imageResource, GOLDEN)).diagnostics);
    expect(text).toContain("while getting a token");
    expect(text).not.toContain("does not exist");
  });
});

describe("where names are unique", () => {
  it("a replacement waits until the name of the deleted image is free", async () => {
    const cloud = await startCloud({
      duplicateNames: "reject",
      deleteMode: "pending_delete",
      deleteDelayMs: 800,
    });
    const old = await created(cloud);
    expect(texts((await cloud.destroy(imageResource, old)).diagnostics)).toBe("");
    const { state, diagnostics } = await cloud.apply(imageResource, GOLDEN);
    expect(texts(diagnostics)).toBe("");
    expect(state).toMatchObject({ name: "golden-web", status: "active" });
    expect(cloud.logged).toContainEqual(
      expect.stringContaining('an image that is being deleted still has the name "golden-web"'),
    );
  });

  it("other images of the volume are created while one waits for its name", async () => {
    const cloud = await startCloud({
      duplicateNames: "reject",
      deleteMode: "pending_delete",
      deleteDelayMs: 86_400_000,
    });
    await cloud.destroy(imageResource, await created(cloud));
    const waiting = cloud.apply(imageResource, GOLDEN);
    await vi.waitFor(() => expect(cloud.logged.join()).toContain("still has the name"));
    const config = { ...GOLDEN, name: "golden-db", timeouts: { create: "5s" } };
    const { diagnostics, state } = await cloud.apply(imageResource, config);
    expect(texts(diagnostics)).toBe("");
    expect(state).toMatchObject({ name: "golden-db", status: "active" });
    cloud.emulator.advance(86_400_000);
    expect(texts((await waiting).diagnostics)).toBe("");
  });

  it("a replacement also waits for a deleted image that no list shows", async () => {
    const cloud = await startCloud();
    await cloud.destroy(imageResource, await created(cloud));
    const match = { method: "POST", path: "/image$" };
    cloud.emulator.addRule({ match, fault: { kind: "conflict", message: "Name in use." }, times: 3 });
    expect(texts((await cloud.apply(imageResource, GOLDEN)).diagnostics)).toBe("");
  });

  it("the wait for a name ends with the API's words and what to do", async () => {
    const cloud = await startCloud({
      duplicateNames: "reject",
      deleteMode: "pending_delete",
      deleteDelayMs: 86_400_000,
    });
    const old = await created(cloud);
    await cloud.destroy(imageResource, old);
    const config = { ...GOLDEN, timeouts: { create: "1s", read: null, update: null, delete: null } };
    const { diagnostics } = await cloud.apply(imageResource, config);
    expect(texts(diagnostics)).toContain("An image named golden-web exists.");
    expect(texts(diagnostics)).toContain("timeouts.create");
    expect(texts(diagnostics)).not.toMatch(/import it|delete it/);
  });

  it("no error advises deleting the active image that create_before_destroy is about to replace", async () => {
    const cloud = await startCloud({ duplicateNames: "reject" });
    cloud.emulator.seedImage({ name: "golden-web" });
    const text = texts((await cloud.apply(imageResource, GOLDEN)).diagnostics);
    expect(text).toContain("with create_before_destroy each image needs its own");
    expect(text).not.toContain("delete it");
  });
});

describe.each([403, 409, 413])("a quota refusal with status %i", (status) => {
  it.each([
    ["Quota exceeded for images: requested 1, used 10 of 10", 'the quota "images"'],
    ["image_count_total is at or over allowed limit of 10", 'the quota "image_count_total"'],
    ["이미지 쿼터를 초과했습니다.", "a quota"],
  ])("names the quota and the remedy: %s", async (message, quota) => {
    const cloud = await startCloud();
    cloud.emulator.addRule({
      match: { method: "POST", path: "/image$" },
      fault: { kind: "status", status, message },
    });
    const text = texts((await cloud.apply(imageResource, GOLDEN)).diagnostics);
    expect(text).toContain(message);
    expect(text).toContain(`The project has reached ${quota} of the volume service.`);
    expect(text).toContain("Delete what is no longer needed, or request a higher quota");
    expect(text).not.toContain("role");
    expect(countOf(cloud, "POST", "/image")).toBe(1);
  });
});

it("a quota of shares is not a temporary conflict", async () => {
  const cloud = await startCloud();
  cloud.emulator.seedImage({ id: IMAGE, name: "golden" });
  const fault = { kind: "status", status: 409, message: "Too many members." } as const;
  cloud.emulator.addRule({ match: { method: "POST", path: "/members/" }, fault });
  const text = texts((await cloud.apply(imageMemberResource, SHARED)).diagnostics);
  expect(text).toContain("The project has reached a quota of the image service.");
  expect(countOf(cloud, "POST", TEAM)).toBe(1);
});

it("a 403 without a quota in its text is still about the role", async () => {
  const cloud = await startCloud();
  const fault = { kind: "status", status: 403, message: "Exceeded the length of a name." } as const;
  cloud.emulator.addRule({ match: { method: "POST", path: "/image$" }, fault });
  expect(texts((await cloud.apply(imageResource, GOLDEN)).diagnostics)).toContain(
    "the role of the access key does not allow this",
  );
});

it("waits by the clock of the session", async () => {
  const clock: Clock = {
    ...systemClock,
    async wait(ms, signal) {
      signal.throwIfAborted();
      cloud.emulator.advance(ms);
    },
  };
  const cloud = await startCloudWith({ queuedMs: 60_000, savingMs: 600_000 }, { clock, sharedReads: false });
  const { diagnostics, state } = await cloud.apply(imageResource, GOLDEN);
  expect(texts(diagnostics)).toBe("");
  expect(state).toMatchObject({ status: "active" });
});

it("each line of a wait names the image and its name", async () => {
  const cloud = await startCloud({ queuedMs: 50, savingMs: 100 });
  const { id } = await created(cloud);
  const lines = cloud.logged.filter((line) => line.includes(String(id)) && line.startsWith("image "));
  expect(lines).toContain(`image "golden-web" (${id}) was polled: saving`);
  for (const line of lines) expect(line).toContain(`image "golden-web" (${id}) `);
});

it.each([
  ["images", imagesDataSource, "name"],
  ["volumes", volumesDataSource, "status"],
  ["instances", instancesDataSource, "name"],
] as const)(
  'a filter of %s with the value "" has no effect, and a warning says so',
  async (list, source, name) => {
    const cloud = await startCloud();
    const all = await cloud.lookUp(source, {});
    const { state, diagnostics } = await cloud.lookUp(source, { filter: [{ name, value: "" }] });
    expect(elements(state, list)).toEqual(elements(all.state, list));
    expect(diagnostics).toMatchObject([
      {
        severity: "warning",
        summary: "Filter Without Effect",
        path: [{ attribute: "filter" }, { index: 0 }, {}],
      },
    ]);
    expect(texts(diagnostics)).toContain(`The filter "${name}" is ignored`);
    expect(all.diagnostics).toEqual([]);
  },
);
