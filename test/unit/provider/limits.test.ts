import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/emulator/faults/rule.ts";
import { INSTANCE, OTHER_PROJECTS, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import type { OperationOutput } from "../../../src/framework/operations.ts";
import type { ObjectValue } from "../../../src/framework/value.ts";
import { DEFAULT_TIMINGS } from "../../../src/provider/defaults.ts";
import { imageDataSource } from "../../../src/provider/image/data-source.ts";
import { imagesDataSource } from "../../../src/provider/image/list-data-source.ts";
import { imageResource } from "../../../src/provider/image/resource.ts";
import { imageMemberDataSource } from "../../../src/provider/image-member/data-source.ts";
import { imageMemberResource } from "../../../src/provider/image-member/resource.ts";
import { instanceDataSource } from "../../../src/provider/instance/data-source.ts";
import { instancesDataSource } from "../../../src/provider/instance/list-data-source.ts";
import { volumeDataSource } from "../../../src/provider/volume/data-source.ts";
import { volumesDataSource } from "../../../src/provider/volume/list-data-source.ts";
import { startCloud, type TestCloud, texts } from "./support.ts";

/** Polls so often that each wait sees a refusal before its limit, also on a busy machine. */
const timings = { ...DEFAULT_TIMINGS, pollMinIntervalMs: 20, pollMaxIntervalMs: 100 };

type Limited = "create" | "read" | "update" | "delete";

const GOLDEN = { name: "golden-web", description: "made", volume_id: ROOT_VOLUME };
const [TEAM = "", OTHER_TEAM = ""] = OTHER_PROJECTS;

const limited = (operation: Limited) => ({
  timeouts: { create: null, read: null, update: null, delete: null, [operation]: "1500ms" },
});
const limitedRead = { timeouts: { read: "1500ms" } };

async function created(cloud: TestCloud, config: ObjectValue = GOLDEN): Promise<ObjectValue> {
  const { state, diagnostics } = await cloud.apply(imageResource, config);
  if (state === null) throw new Error(texts(diagnostics));
  return state;
}

async function shared(cloud: TestCloud): Promise<ObjectValue> {
  const image = await created(cloud);
  const config = { id: String(image.id), shared_member_ids: [TEAM] };
  const { state, diagnostics } = await cloud.apply(imageMemberResource, config);
  if (state === null) throw new Error(texts(diagnostics));
  return state;
}

type Outcome = Pick<OperationOutput, "diagnostics">;

/** A wait: what is done before anything goes wrong, which requests go wrong, and what then waits for them. */
interface Wait<Before = ObjectValue> {
  readonly limit: Limited;
  readonly method: string;
  readonly path: string;
  /** A refusal that this wait goes on after; 503 by default. */
  readonly refusal?: Fault;
  readonly before?: (cloud: TestCloud) => Promise<Before>;
  readonly run: (cloud: TestCloud, before: ObjectValue) => Promise<Outcome>;
}

const lookUp =
  (...[source, config]: Parameters<TestCloud["lookUp"]> extends [infer S, infer C] ? [S, C] : never) =>
  (cloud: TestCloud) =>
    cloud.lookUp(source, { ...config, ...limitedRead });

const ANY_ID = "11111111-1111-4111-8111-111111111111";
const RATE_LIMITED: Fault = { kind: "status", status: 429 };
const NOT_FOUND: Fault = { kind: "status", status: 404, body: "bcs" };

const WAITS: Readonly<Record<string, Wait>> = {
  "create an image: the token": {
    limit: "create",
    method: "POST",
    path: "/tokens$",
    run: (cloud) => cloud.apply(imageResource, { ...GOLDEN, ...limited("create") }),
  },
  "create an image: the source volume": {
    limit: "create",
    method: "GET",
    path: "/volumes/",
    run: (cloud) => cloud.apply(imageResource, { ...GOLDEN, ...limited("create") }),
  },
  "create an image: the request": {
    limit: "create",
    method: "POST",
    path: "/image$",
    refusal: RATE_LIMITED,
    run: (cloud) => cloud.apply(imageResource, { ...GOLDEN, ...limited("create") }),
  },
  "create an image: until it is active": {
    limit: "create",
    method: "GET",
    path: "/images/",
    run: (cloud) => cloud.apply(imageResource, { ...GOLDEN, ...limited("create") }),
  },
  "read an image": {
    limit: "read",
    method: "GET",
    path: "/images/",
    before: created,
    run: (cloud, state) => cloud.refresh(imageResource, { ...state, ...limited("read") }),
  },
  "update an image": {
    limit: "update",
    method: "PUT",
    path: "/images/",
    before: created,
    run: (cloud, state) =>
      cloud.apply(imageResource, { ...GOLDEN, name: "golden-2", ...limited("update") }, state),
  },
  "delete an image: the request": {
    limit: "delete",
    method: "DELETE",
    path: "/images/",
    before: (cloud) => created(cloud, { ...GOLDEN, ...limited("delete") }),
    run: (cloud, state) => cloud.destroy(imageResource, state),
  },
  "delete an image: until it no longer exists": {
    limit: "delete",
    method: "GET",
    path: "/images/",
    before: (cloud) => created(cloud, { ...GOLDEN, ...limited("delete") }),
    run: (cloud, state) => cloud.destroy(imageResource, state),
  },
  "share an image: its members": {
    limit: "create",
    method: "GET",
    path: "/members$",
    before: created,
    run: (cloud, { id = null }) =>
      cloud.apply(imageMemberResource, { id, shared_member_ids: [TEAM], ...limited("create") }),
  },
  "share an image: the request": {
    limit: "create",
    method: "POST",
    path: "/members/",
    before: created,
    run: (cloud, { id = null }) =>
      cloud.apply(imageMemberResource, { id, shared_member_ids: [TEAM], ...limited("create") }),
  },
  "change the shares of an image": {
    limit: "update",
    method: "POST",
    path: "/members/",
    before: shared,
    run: (cloud, state) =>
      cloud.apply(
        imageMemberResource,
        { id: state.id ?? null, shared_member_ids: [TEAM, OTHER_TEAM], ...limited("update") },
        state,
      ),
  },
  "read the shares of an image": {
    limit: "read",
    method: "GET",
    path: "/members$",
    before: shared,
    run: (cloud, state) => cloud.refresh(imageMemberResource, { ...state, ...limited("read") }),
  },
  "remove the shares of an image": {
    limit: "delete",
    method: "DELETE",
    path: "/members/",
    before: shared,
    run: (cloud, state) => cloud.destroy(imageMemberResource, { ...state, ...limited("delete") }),
  },
  "look up an image": {
    limit: "read",
    method: "GET",
    path: "/images/",
    run: lookUp(imageDataSource, { id: ANY_ID }),
  },
  "look up images": { limit: "read", method: "GET", path: "/images$", run: lookUp(imagesDataSource, {}) },
  "look up the members of an image": {
    limit: "read",
    method: "GET",
    path: "/members$",
    run: lookUp(imageMemberDataSource, { id: ANY_ID }),
  },
  "look up a volume": {
    limit: "read",
    method: "GET",
    path: "/volumes/",
    run: lookUp(volumeDataSource, { id: ROOT_VOLUME }),
  },
  "look up volumes": { limit: "read", method: "GET", path: "/volumes$", run: lookUp(volumesDataSource, {}) },
  "look up an instance": {
    limit: "read",
    method: "GET",
    path: "/instances/",
    run: lookUp(instanceDataSource, { id: INSTANCE }),
  },
  "look up instances": {
    limit: "read",
    method: "GET",
    path: "/instances$",
    run: lookUp(instancesDataSource, {}),
  },
};

async function run({ method, path, before, run }: Wait, fault: Fault): Promise<string> {
  const cloud = await startCloud({}, { timings });
  const state = (await before?.(cloud)) ?? {};
  cloud.emulator.addRule({ match: { method, path }, fault });
  const { diagnostics } = await run(cloud, state);
  return texts(diagnostics).replaceAll(cloud.emulator.url, "URL");
}

/** What the user is told to do: a limit that counts as saved in the state needs an apply of its own. */
const remedyOf = (name: string, limit: Limited): string =>
  (limit === "read" && !name.startsWith("look up")) || limit === "delete"
    ? `set timeouts = { ${limit} = "1h" } and run terraform apply -refresh=false once`
    : `allow more time: timeouts = { ${limit} = "1h" }`;

describe("at its time limit", () => {
  // The volume is only read to say early what the API would refuse, and a token's attempts are shared by all operations.
  const own = Object.entries(WAITS).filter(([name]) => !/token|source volume/.test(name));
  it.each(own)("a wait names the limit, the last refusal and the remedy: %s", async (name, wait) => {
    const refusal = wait.refusal ?? { kind: "status", status: 503 };
    const text = await run(wait, refusal);
    expect(text).toMatch(new RegExp(`timeouts\\.${wait.limit}\\b.* (the last error|had not responded)`));
    expect(text).toContain(remedyOf(name, wait.limit));
    if (name !== "create an image: the source volume") {
      expect(text).toContain(refusal === RATE_LIMITED ? "429" : "503");
      expect(text).toMatch(/the last error: the \w+ service at URL/);
    }
  });

  it.each(Object.entries(WAITS).filter(([name]) => name !== "create an image: the request"))(
    "a wait without any response names the limit and the endpoint: %s",
    async (name, wait) => {
      const text = await run(wait, { kind: "stall" });
      expect(text).toContain(`timeouts.${wait.limit}`);
      expect(text).toMatch(/while the \w+ service at URL had not responded to [A-Z]\w+/);
      expect(text).toContain(remedyOf(name, wait.limit));
      expect(text).not.toContain("it was interrupted");
    },
  );

  it("the wait for a busy volume quotes the refusal", async () => {
    const cloud = await startCloud();
    cloud.emulator.seedVolume({ id: ROOT_VOLUME, status: "maintenance" });
    const { diagnostics } = await cloud.apply(imageResource, { ...GOLDEN, ...limited("create") });
    expect(texts(diagnostics)).toMatch(
      /not requested within the time allowed by timeouts\.create.*The volume is maintenance/,
    );
  });

  it("the wait for an image in use to be deleted quotes the refusal", async () => {
    const wait = WAITS["delete an image: the request"];
    if (wait === undefined) throw new Error("no such wait");
    const text = await run(wait, { kind: "conflict", message: "Three instances use it." });
    expect(text).toMatch(/not deleted within the time allowed by timeouts\.delete.*Three instances use it/);
  });

  it("the wait for an image that is not found names its limit", async () => {
    const wait = WAITS["read an image"];
    if (wait === undefined) throw new Error("no such wait");
    const text = await run(wait, NOT_FOUND);
    expect(text).toContain("timeouts.read");
    expect(text).toContain("-refresh=false");
  });

  it("a create whose response is lost names its limit", async () => {
    const wait = WAITS["create an image: the request"];
    if (wait === undefined) throw new Error("no such wait");
    const text = await run(wait, { kind: "stall", applied: false });
    expect(text).toMatch(
      /timeouts\.create ran out .* before KakaoCloud responded; the image may or may not have been created/,
    );
  });
});
