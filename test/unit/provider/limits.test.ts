import { beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../../src/emulator/faults/rule.ts";
import { INSTANCE, OTHER_PROJECTS, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import type { OperationOutput } from "../../../src/framework/operations.ts";
import type { ObjectValue } from "../../../src/framework/value.ts";
import { DEFAULT_TIMINGS } from "../../../src/provider/defaults.ts";
import { imageDataSource } from "../../../src/provider/image/data-source.ts";
import { imagesDataSource } from "../../../src/provider/image/list-data-source.ts";
import { imageListResource } from "../../../src/provider/image/list-resource.ts";
import { imageResource } from "../../../src/provider/image/resource.ts";
import { imageMemberDataSource } from "../../../src/provider/image-member/data-source.ts";
import { imageMemberListResource } from "../../../src/provider/image-member/list-resource.ts";
import { imageMemberResource } from "../../../src/provider/image-member/resource.ts";
import { instanceDataSource } from "../../../src/provider/instance/data-source.ts";
import { instancesDataSource } from "../../../src/provider/instance/list-data-source.ts";
import { volumeDataSource } from "../../../src/provider/volume/data-source.ts";
import { volumesDataSource } from "../../../src/provider/volume/list-data-source.ts";
import { startCloud, type TestCloud, texts } from "./support.ts";

/** Polls so often that each wait sees a refusal before its limit, also on a busy machine. */
const timings = { ...DEFAULT_TIMINGS, pollMinIntervalMs: 20, pollMaxIntervalMs: 100 };

type Limited = "create" | "read" | "update" | "delete" | "list";

const GOLDEN = { name: "golden-web", description: "made", volume_id: ROOT_VOLUME };
const [TEAM = "", OTHER_TEAM = ""] = OTHER_PROJECTS;

/** The time limit of a wait, and the one that it gets where a busy machine has let the first pass before anything was sent. */
const LIMITS = ["2s", "30s"] as const;
const SIDE_BY_SIDE = 6;

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

/** The attribute that sets the limit of a wait. */
type LimitedConfig = Readonly<Record<"timeouts", ObjectValue>>;

type Outcome = Pick<OperationOutput, "diagnostics">;

/** A wait: what is done before anything goes wrong, which requests go wrong, and what then waits for them. */
interface Wait<Before = ObjectValue> {
  readonly limit: Limited;
  readonly method: string;
  readonly path: string;
  /** A refusal that this wait goes on after; 503 by default. */
  readonly refusal?: Fault;
  /** Whether the endpoints of the services have to be looked up. */
  readonly discovers?: boolean;
  readonly before?: (cloud: TestCloud, limited: LimitedConfig) => Promise<Before>;
  readonly run: (cloud: TestCloud, limited: LimitedConfig, before: ObjectValue) => Promise<Outcome>;
}

const lookUp =
  (...[source, config]: Parameters<TestCloud["lookUp"]> extends [infer S, infer C] ? [S, C] : never) =>
  (cloud: TestCloud, { timeouts: { read = null } }: LimitedConfig) =>
    cloud.lookUp(source, { ...config, timeouts: { read } });

const ANY_ID = "11111111-1111-4111-8111-111111111111";
const RATE_LIMITED: Fault = { kind: "status", status: 429 };
const NOT_FOUND: Fault = { kind: "status", status: 404, body: "bcs" };

const WAITS: Readonly<Record<string, Wait>> = {
  "create an image: the token": {
    limit: "create",
    method: "POST",
    path: "/tokens$",
    run: (cloud, limited) => cloud.apply(imageResource, { ...GOLDEN, ...limited }),
  },
  "create an image: the endpoints of the services": {
    limit: "create",
    method: "GET",
    path: "/client-endpoints/",
    discovers: true,
    run: (cloud, limited) => cloud.apply(imageResource, { ...GOLDEN, ...limited }),
  },
  "create an image: the source volume": {
    limit: "create",
    method: "GET",
    path: "/volumes/",
    run: (cloud, limited) => cloud.apply(imageResource, { ...GOLDEN, ...limited }),
  },
  "create an image: the request": {
    limit: "create",
    method: "POST",
    path: "/image$",
    refusal: RATE_LIMITED,
    run: (cloud, limited) => cloud.apply(imageResource, { ...GOLDEN, ...limited }),
  },
  "create an image: until it is active": {
    limit: "create",
    method: "GET",
    path: "/images/",
    run: (cloud, limited) => cloud.apply(imageResource, { ...GOLDEN, ...limited }),
  },
  "read an image": {
    limit: "read",
    method: "GET",
    path: "/images/",
    before: (cloud) => created(cloud),
    run: (cloud, limited, state) => cloud.refresh(imageResource, { ...state, ...limited }),
  },
  "update an image": {
    limit: "update",
    method: "PUT",
    path: "/images/",
    before: (cloud) => created(cloud),
    run: (cloud, limited, state) =>
      cloud.apply(imageResource, { ...GOLDEN, name: "golden-2", ...limited }, state),
  },
  "delete an image: the request": {
    limit: "delete",
    method: "DELETE",
    path: "/images/",
    before: (cloud, limited) => created(cloud, { ...GOLDEN, ...limited }),
    run: (cloud, _limited, state) => cloud.destroy(imageResource, state),
  },
  "delete an image: until it no longer exists": {
    limit: "delete",
    method: "GET",
    path: "/images/",
    before: (cloud, limited) => created(cloud, { ...GOLDEN, ...limited }),
    run: (cloud, _limited, state) => cloud.destroy(imageResource, state),
  },
  "share an image: its members": {
    limit: "create",
    method: "GET",
    path: "/members$",
    before: (cloud) => created(cloud),
    run: (cloud, limited, { id = null }) =>
      cloud.apply(imageMemberResource, { id, shared_member_ids: [TEAM], ...limited }),
  },
  "share an image: the request": {
    limit: "create",
    method: "POST",
    path: "/members/",
    before: (cloud) => created(cloud),
    run: (cloud, limited, { id = null }) =>
      cloud.apply(imageMemberResource, { id, shared_member_ids: [TEAM], ...limited }),
  },
  "change the shares of an image": {
    limit: "update",
    method: "POST",
    path: "/members/",
    before: (cloud) => shared(cloud),
    run: (cloud, limited, state) =>
      cloud.apply(
        imageMemberResource,
        { id: state.id ?? null, shared_member_ids: [TEAM, OTHER_TEAM], ...limited },
        state,
      ),
  },
  "read the shares of an image": {
    limit: "read",
    method: "GET",
    path: "/members$",
    before: (cloud) => shared(cloud),
    run: (cloud, limited, state) => cloud.refresh(imageMemberResource, { ...state, ...limited }),
  },
  "remove the shares of an image": {
    limit: "delete",
    method: "DELETE",
    path: "/members/",
    before: (cloud) => shared(cloud),
    run: (cloud, limited, state) => cloud.destroy(imageMemberResource, { ...state, ...limited }),
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
  "look up images: the endpoints of the services": {
    limit: "read",
    method: "GET",
    path: "/client-endpoints/",
    discovers: true,
    run: lookUp(imagesDataSource, {}),
  },
  "list images": {
    limit: "list",
    method: "GET",
    path: "/images$",
    run: (cloud, { timeouts: { list = null } }) =>
      cloud.list(imageListResource, imageResource, { timeouts: { list } }),
  },
  "list shared images: the images": {
    limit: "list",
    method: "GET",
    path: "/images$",
    run: (cloud, { timeouts: { list = null } }) =>
      cloud.list(imageMemberListResource, imageMemberResource, { timeouts: { list } }),
  },
  "list shared images: the shares": {
    limit: "list",
    method: "GET",
    path: "/members$",
    before: (cloud) => shared(cloud),
    run: (cloud, { timeouts: { list = null } }) =>
      cloud.list(imageMemberListResource, imageMemberResource, { timeouts: { list } }),
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

/** What the user is told at the end of a wait, which should have what `wanted` finds. */
async function run(
  { limit, method, path, discovers = false, before, run }: Wait,
  fault: Fault,
  wanted: RegExp,
): Promise<string> {
  let text = "";
  for (const allowed of LIMITS) {
    const timeouts = { create: null, read: null, update: null, delete: null, [limit]: allowed };
    const cloud = await startCloud({}, { timings, ...(discovers && { overrides: ["iam", "config"] }) });
    const state = (await before?.(cloud, { timeouts })) ?? {};
    cloud.emulator.addRule({ match: { method, path }, fault });
    const { diagnostics } = await run(cloud, { timeouts }, state);
    text = texts(diagnostics).replaceAll(cloud.emulator.url, "URL");
    if (wanted.test(text)) break;
  }
  return text;
}

const REFUSED =
  /the last error: (?:the endpoints of the KakaoCloud services could not be resolved: )?the \w+ service at URL/;
const SILENT = /, before the \w+ service at URL responded to [A-Z]\w+/;

/** The remedy for the user: a limit that counts as saved in the state needs an apply of its own. */
const remedyOf = (name: string, limit: Limited): string =>
  (limit === "read" && !name.startsWith("look up")) || limit === "delete"
    ? `set timeouts = { ${limit} = "1h" } and run terraform apply -refresh=false once`
    : `allow more time: timeouts = { ${limit} = "1h" }`;

const refusalOf = ({ refusal = { kind: "status", status: 503 } }: Wait): Fault => refusal;
const all = Object.entries(WAITS);
// The volume is only read to say early what the API would refuse, and a token's attempts are shared by all operations.
const refused = all.filter(([name]) => !/token|source volume/.test(name));
const stalled = all.filter(([name]) => name !== "create an image: the request");

describe("at its time limit", () => {
  /** What each wait ended with, by its name. */
  const refusals = new Map<string, Promise<string>>();
  const silences = new Map<string, Promise<string>>();

  beforeAll(async () => {
    const begin = [
      ...refused.map(
        ([name, wait]) =>
          () =>
            refusals.set(name, run(wait, refusalOf(wait), REFUSED)).get(name),
      ),
      ...stalled.map(
        ([name, wait]) =>
          () =>
            silences.set(name, run(wait, { kind: "stall" }, SILENT)).get(name),
      ),
    ];
    // A test shows what failed.
    const work = async () => {
      for (let next = begin.shift(); next !== undefined; next = begin.shift()) await next()?.catch(() => {});
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  }, 180_000);

  it.each(refused)("a wait names the limit, the last refusal and the remedy: %s", async (name, wait) => {
    const text = await refusals.get(name);
    expect(text).toContain(`timeouts.${wait.limit}`);
    expect(text).toMatch(REFUSED);
    expect(text).toContain(wait.refusal === RATE_LIMITED ? "429" : "503");
    expect(text).toContain(remedyOf(name, wait.limit));
  });

  it.each(stalled)("a wait without any response names the limit and the endpoint: %s", async (name, wait) => {
    const text = await silences.get(name);
    expect(text).toContain(`timeouts.${wait.limit}`);
    expect(text).toMatch(/, before the \w+ service at URL responded to [A-Z]\w+/);
    expect(text).toContain(remedyOf(name, wait.limit));
    expect(text).not.toContain("it was interrupted");
  });

  it("the wait for a busy volume quotes the refusal", async () => {
    const cloud = await startCloud();
    cloud.emulator.seedVolume({ id: ROOT_VOLUME, status: "maintenance" });
    const timeouts = { create: LIMITS[0], read: null, update: null, delete: null };
    const { diagnostics } = await cloud.apply(imageResource, { ...GOLDEN, timeouts });
    expect(texts(diagnostics)).toMatch(
      /not sent within the time allowed by timeouts\.create.*The volume is maintenance/,
    );
  });

  it("the wait for an image in use to be deleted quotes the refusal", async () => {
    const wait = WAITS["delete an image: the request"];
    if (wait === undefined) throw new Error("no such wait");
    const told = /not deleted within the time allowed by timeouts\.delete.*Three instances use it/;
    expect(await run(wait, { kind: "conflict", message: "Three instances use it." }, told)).toMatch(told);
  });

  it("the wait for an image that is not found names its limit", async () => {
    const wait = WAITS["read an image"];
    if (wait === undefined) throw new Error("no such wait");
    const text = await run(wait, NOT_FOUND, /timeouts\.read/);
    expect(text).toContain("timeouts.read");
    expect(text).toContain("-refresh=false");
  });

  it("a create whose response is lost names its limit", async () => {
    const wait = WAITS["create an image: the request"];
    if (wait === undefined) throw new Error("no such wait");
    const told =
      /timeouts\.create ran out .* before KakaoCloud responded; the image may or may not have been created/;
    expect(await run(wait, { kind: "stall", applied: false }, told)).toMatch(told);
  });
});
