import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { RuleSpec } from "../../../src/emulator/faults/rule.ts";
import type { Settings } from "../../../src/emulator/settings.ts";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { createCore } from "../../harness/core.ts";
import type { Core } from "../../harness/core-types.ts";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";
import { type PluginProcess, startPlugin } from "../../harness/plugin-process.ts";
import type { ObjectValue } from "../../harness/value.ts";

// An interrupt in each state that an operation can be in. Nothing that it waits for ever comes, so that only the interrupt ends it.

const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const GOLDEN: ObjectValue = { name: "golden-web", description: "ours", volume_id: ROOT_VOLUME };
const TYPE = "kakaocloud_image";
const TEAM = "0b1c2d3e4f5061728394a5b6c7d8e9f0";
/** An operation that an interrupt has not ended by then has missed it: the provider's own limits begin at 10 seconds. */
const MISSED_MS = 6_000;
const REACHED_MS = 20_000;

const CREATE = { method: "POST", path: "/image$" };
const POLL = { method: "GET", path: "/images/" };
const LIST = { method: "GET", path: "/images$" };

interface State {
  readonly settings?: Partial<Settings>;
  readonly rules?: readonly RuleSpec[];
  readonly run: (core: Core, cloud: TestEmulator) => Promise<unknown>;
  /** The request in which the state is reached, and how many there are by then. */
  readonly reached: { readonly method: string; readonly path: RegExp; readonly times?: number };
}

const create = async (core: Core) => core.apply(await core.plan({ typeName: TYPE, config: GOLDEN }));
const destroy = async (core: Core) => {
  const state = await core.import(TYPE, IMAGE);
  return core.apply(await core.plan({ typeName: TYPE, config: null, state }));
};
const share = (core: Core) =>
  core.planAndApply({
    typeName: "kakaocloud_image_member",
    config: { id: IMAGE, shared_member_ids: [TEAM] },
  });
const listImages = (core: Core) => core.readData("kakaocloud_images", {});

const GET_VOLUME = { method: "GET", path: /\/volumes\// };
const POST_IMAGE = { method: "POST", path: /\/image$/ };
const GET_IMAGE = { method: "GET", path: /\/images\// };
const GET_IMAGES = { method: "GET", path: /\/images$/ };

const STATES: Readonly<Record<string, State>> = {
  "a token is requested": {
    rules: [{ match: { path: "/tokens$" }, fault: { kind: "stall" } }],
    run: listImages,
    reached: { method: "POST", path: /\/tokens$/ },
  },
  "the body with a token stops half-way": {
    rules: [{ match: { path: "/tokens$" }, fault: { kind: "stall-mid-body" } }],
    run: listImages,
    reached: { method: "POST", path: /\/tokens$/ },
  },
  "the volume is read": {
    // The create reads it where its plan, which the harness asks for twice, cannot.
    rules: [
      { match: { method: "GET", path: "/volumes/", nth: [1, 2] }, fault: { kind: "status", status: 403 } },
      { match: { method: "GET", path: "/volumes/" }, fault: { kind: "stall" } },
    ],
    run: create,
    reached: { ...GET_VOLUME, times: 3 },
  },
  "the volume is occupied": {
    run: (core, cloud) => {
      cloud.seedVolume({ id: ROOT_VOLUME, status: "maintenance" });
      return create(core);
    },
    reached: { ...GET_VOLUME, times: 3 },
  },
  "the create request has no response": {
    rules: [{ match: CREATE, fault: { kind: "stall" } }],
    run: create,
    reached: POST_IMAGE,
  },
  "the create request has no response, and has created the image": {
    rules: [{ match: CREATE, fault: { kind: "stall", applied: true } }],
    run: create,
    reached: POST_IMAGE,
  },
  "the body with the new image stops half-way": {
    rules: [{ match: CREATE, fault: { kind: "stall-mid-body" } }],
    run: create,
    reached: POST_IMAGE,
  },
  "an error body of the create request stops half-way": {
    rules: [
      {
        match: CREATE,
        fault: { kind: "status", status: 502, body: "huge-html", frozen: true, applied: true },
      },
    ],
    run: create,
    reached: POST_IMAGE,
  },
  "the create request is refused for the time being": {
    rules: [{ match: CREATE, fault: { kind: "status", status: 429, retryAfter: 600 } }],
    run: create,
    reached: POST_IMAGE,
  },
  "a lost create is looked for": {
    rules: [
      { match: CREATE, fault: { kind: "status", status: 502, applied: true } },
      // The first list is the plan's.
      { match: { ...LIST, nth: 2 }, fault: { kind: "stall" } },
    ],
    run: create,
    reached: { ...GET_IMAGES, times: 2 },
  },
  "a name is being released": {
    settings: { duplicateNames: "reject", deleteMode: "pending_delete", deleteDelayMs: 3_600_000 },
    run: async (core, cloud) => {
      cloud.seedImage({ name: String(GOLDEN.name), status: "pending_delete" });
      return create(core);
    },
    reached: { ...POST_IMAGE, times: 1 },
  },
  "the next poll is waited for": {
    settings: { savingMs: 3_600_000 },
    run: create,
    reached: { ...GET_IMAGE, times: 2 },
  },
  "a poll has no response": {
    rules: [{ match: POLL, fault: { kind: "stall" } }],
    run: create,
    reached: GET_IMAGE,
  },
  "the body of a poll stops half-way": {
    rules: [{ match: POLL, fault: { kind: "stall-mid-body" } }],
    run: create,
    reached: GET_IMAGE,
  },
  "polls are answered with huge pages": {
    rules: [{ match: POLL, fault: { kind: "status", status: 502, body: "huge-html" } }],
    run: create,
    reached: { ...GET_IMAGE, times: 2 },
  },
  "polls are answered with deep JSON": {
    rules: [{ match: POLL, fault: { kind: "status", status: 503, body: "deep-json" } }],
    run: create,
    reached: { ...GET_IMAGE, times: 2 },
  },
  "a poll arrives byte by byte": {
    rules: [{ match: POLL, fault: { kind: "slow-body", bytesPerSecond: 1 } }],
    run: create,
    reached: GET_IMAGE,
  },
  "the second page of a list has no response": {
    settings: { preloadImages: 2_500 },
    rules: [{ match: { ...LIST, nth: 2 }, fault: { kind: "stall" } }],
    run: listImages,
    reached: { ...GET_IMAGES, times: 2 },
  },
  "an image is refreshed during an outage": {
    rules: [{ match: POLL, fault: { kind: "status", status: 503 } }],
    run: (core) => core.import(TYPE, IMAGE),
    reached: { ...GET_IMAGE, times: 2 },
  },
  "the image is being deleted": {
    rules: [{ match: { method: "DELETE" }, fault: { kind: "status", status: 204 } }],
    run: destroy,
    reached: { ...GET_IMAGE, times: 3 },
  },
  "the delete request has no response": {
    rules: [{ match: { method: "DELETE" }, fault: { kind: "stall" } }],
    run: destroy,
    reached: { method: "DELETE", path: /\/images\// },
  },
  "a share is refused for the time being": {
    rules: [{ match: { method: "POST", path: "/members/" }, fault: { kind: "status", status: 503 } }],
    run: share,
    reached: { method: "POST", path: /\/members\//, times: 2 },
  },
};

describe("an interrupt while", () => {
  let plugin: PluginProcess;
  let core: Core;
  let silent: Server;
  const sockets: Socket[] = [];
  const port = () => {
    const address = silent.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };

  beforeAll(async () => {
    silent = createServer((socket) => {
      sockets.push(socket.on("error", () => {}));
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    releaseLater(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    plugin = await startPlugin({ env: { https_proxy: `http://127.0.0.1:${port()}` } });
    core = createCore(plugin.client);
  });

  /** Interrupts an operation in a state, and expects it to end; whether it fails depends on what it knows by then. */
  async function interrupt(operation: Promise<unknown>, reached: () => Promise<void>): Promise<void> {
    let isOver = false;
    const over = () => {
      isOver = true;
      return "ended";
    };
    const ended = operation.then(over, over);
    await reached();
    expect(isOver).toBe(false);
    await plugin.client.call("StopProvider", {});
    const timer = new AbortController();
    const missed = sleep(MISSED_MS, "missed", { signal: timer.signal });
    expect(await Promise.race([ended, missed.catch(() => "")])).toBe("ended");
    timer.abort();
  }

  it.each(Object.entries(STATES))(
    "%s",
    async (_name, { settings, rules = [], run, reached }) => {
      const cloud = await useEmulator({
        images: [{ id: IMAGE, name: "golden-db" }],
        settings: { queuedMs: 0, savingMs: 20, ...settings },
        rules,
      });
      const { method, path, times = 1 } = reached;
      const seen = () =>
        cloud.journal().filter((entry) => entry.method === method && path.test(entry.path)).length;
      const operation = core.configure(cloud.providerConfig).then(() => run(core, cloud));
      await interrupt(operation, () =>
        expect.poll(seen, { timeout: REACHED_MS, interval: 10 }).toBeGreaterThanOrEqual(times),
      );
    },
    REACHED_MS + 2 * MISSED_MS,
  );

  it.each([
    ["TLS is negotiated", () => `https://127.0.0.1:${port()}`],
    ["a proxy opens a tunnel", () => "https://api.kakaocloud.invalid"],
  ])(
    "%s",
    async (_name, url) => {
      const overrides = Object.fromEntries(
        ["iam", "config", "image", "volume", "bcs"].map((name) => [name, url()]),
      );
      const before = sockets.length;
      const operation = core.configure({
        application_credential_id: "someone",
        application_credential_secret: "something",
        endpoint_overrides: overrides,
      });
      await interrupt(operation, () =>
        expect.poll(() => sockets.length, { timeout: REACHED_MS, interval: 10 }).toBeGreaterThan(before),
      );
    },
    REACHED_MS + 2 * MISSED_MS,
  );
});
