import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../../src/emulator/options.ts";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { createCore } from "../../harness/core.ts";
import { ProviderErrors } from "../../harness/core-errors.ts";
import type { Core, ResourceInstance } from "../../harness/core-types.ts";
import { pathOf } from "../../harness/diagnostics.ts";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";
import { type PluginProcess, startPlugin } from "../../harness/plugin-process.ts";
import type { ObjectValue } from "../../harness/value.ts";

// The same cases as with the fixture provider, where the real one has an API behind it: an emulator of it.

const TYPE = "kakaocloud_image";
const GOLDEN: ObjectValue = { name: "golden-web", volume_id: ROOT_VOLUME };
const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const SEEDED: EmulatorOptions = { images: [{ id: IMAGE, name: "golden-web", description: null }] };
const QUICK = { queuedMs: 20, savingMs: 20 };

interface Setup {
  readonly cloud: TestEmulator;
  readonly plugin: PluginProcess;
  readonly core: Core;
}

async function start(options: EmulatorOptions = {}): Promise<Setup> {
  const cloud = await useEmulator({ ...options, settings: { ...QUICK, ...options.settings } });
  const plugin = await startPlugin();
  const core = createCore(plugin.client);
  await core.configure(cloud.providerConfig);
  return { cloud, plugin, core };
}

/** Resolves once the cloud has got such a request. */
const asked = ({ cloud }: Setup, method: string, path: RegExp, times = 1) =>
  expect
    .poll(() => cloud.journal().filter((entry) => entry.method === method && path.test(entry.path)).length, {
      timeout: 10_000,
    })
    .toBeGreaterThanOrEqual(times);

it("a volume that does not exist is an error of the plan, once for each volume", async () => {
  const { cloud, core, plugin } = await start();
  const config = { ...GOLDEN, volume_id: IMAGE };
  const errors = await core.plan({ typeName: TYPE, config }).catch((error: unknown) => error);
  expect(errors).toBeInstanceOf(ProviderErrors);
  expect(String(errors)).toContain("Unable to Create Image");
  await core.plan({ typeName: TYPE, config: GOLDEN });
  await core.plan({ typeName: TYPE, config: { ...GOLDEN, name: "golden-web-2" } });
  const reads = cloud.journal().filter(({ path }) => path.endsWith(ROOT_VOLUME));
  expect(reads).toHaveLength(1);
  await plugin.shutdown();
});

describe("an interrupt of an image's creation", () => {
  it("SD-03 while the create request is under way says that an image may exist", async () => {
    const setup = await start({
      rules: [{ match: { method: "POST", path: "/image$" }, fault: { kind: "stall" } }],
    });
    const { core, plugin } = setup;
    const applying = core.apply(await core.plan({ typeName: TYPE, config: GOLDEN }));
    await asked(setup, "POST", /\/image$/);
    await plugin.client.call("StopProvider", {});
    const { diagnostics, state } = await applying;
    expect(state).toBeNull();
    expect(diagnostics).toMatchObject([{ severity: 1, summary: "Unable to Create Image" }]);
    expect(diagnostics[0]?.detail).toContain("may or may not have been created");
    await plugin.shutdown();
  });

  it("SD-03 AP-02 during the wait saves the image, tainted, with what is known of it", async () => {
    const setup = await start({ settings: { savingMs: 60_000 } });
    const { core, plugin, cloud } = setup;
    const applying = core.apply(await core.plan({ typeName: TYPE, config: GOLDEN }));
    await asked(setup, "GET", /\/images\//, 2);
    await plugin.client.call("StopProvider", {});
    const { diagnostics, state } = await applying;
    expect(diagnostics).toMatchObject([{ severity: 1 }]);
    expect(diagnostics[0]?.detail).toContain("the operation was interrupted");
    expect(state).toMatchObject({ tainted: true, value: { name: "golden-web", volume_id: ROOT_VOLUME } });
    expect(cloud.image(String(state?.value.id))).toBeDefined();
    await plugin.shutdown();
  });

  it("SD-03 while a token is renewed ends that as well", async () => {
    const setup = await start(SEEDED);
    const { core, plugin, cloud } = setup;
    const imported = await core.import(TYPE, IMAGE);
    cloud.revokeTokens();
    cloud.addRule({ match: { method: "POST", path: "/tokens$" }, fault: { kind: "stall" } });
    cloud.clearJournal();
    const refreshing = core.refresh(imported).catch((error: unknown) => error);
    await asked(setup, "GET", /\/images\//);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await plugin.client.call("StopProvider", {});
    const failure = await refreshing;
    expect(failure).toBeInstanceOf(ProviderErrors);
    expect(String(failure)).toContain("Unable to Read Image");
    await plugin.shutdown();
  });

  it("SD-04 SD-03 leaves the process fit for the next command", async () => {
    const setup = await start({ settings: { savingMs: 60_000 } });
    const { core, plugin, cloud } = setup;
    const applying = core.apply(await core.plan({ typeName: TYPE, config: GOLDEN }));
    await asked(setup, "GET", /\/images\//, 2);
    for (let round = 0; round < 2; round++) await plugin.client.call("StopProvider", {});
    const { state } = await applying;
    if (state === null) throw new Error("nothing was saved");
    cloud.advance(60_000);
    expect((await core.refresh(state))?.value.status).toBe("active");
    await plugin.shutdown();
  });
});

describe("reading an image", () => {
  it("RD-01 that no longer exists removes it from the state", async () => {
    const { core, plugin, cloud } = await start(SEEDED);
    const state = await core.import(TYPE, IMAGE);
    cloud.changeImage(IMAGE, { status: "(deleted)" });
    expect(await core.refresh(state)).toBeNull();
    await plugin.shutdown();
  });

  it.each<[string, number]>([
    ["a refused token", 401],
    ["no permission", 403],
    ["a response of another server", 404],
    ["a failure of the API", 500],
  ])("RD-02 that fails with %s (%i) is an error and keeps the image", async (_title, status) => {
    const { core, plugin, cloud } = await start(SEEDED);
    // What the API fails at for a moment is tried again, for as long as the user allows.
    const state = await withTimeouts(core, await core.import(TYPE, IMAGE), { read: "500ms" });
    cloud.addRule({
      match: { method: "GET", path: "/images/" },
      fault: { kind: "status", status, body: status === 404 ? "html" : "bcs" },
    });
    const failure = await core.refresh(state).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProviderErrors);
    await plugin.shutdown();
  });

  it("RD-04 IM-01 right after an import fills in everything that can be configured, absent text as null", async () => {
    const { core, plugin } = await start(SEEDED);
    const { value } = await core.import(TYPE, IMAGE);
    expect(value).toMatchObject({ id: IMAGE, name: "golden-web", timeouts: null, volume_id: null });
    expect(value.description).not.toBe("");
    const plan = await core.plan({
      typeName: TYPE,
      config: { name: "golden-web" },
      state: await core.import(TYPE, IMAGE),
    });
    expect(plan.action).toBe("no-op");
    await plugin.shutdown();
  });

  it("RD-05 keeps what is configured where the API writes the same thing differently", async () => {
    const { core, plugin } = await start();
    const config = { ...GOLDEN, description: "" };
    const state = await core.planAndApply({ typeName: TYPE, config });
    expect((await core.refresh(state as ResourceInstance))?.value.description).toBe("");
    expect((await core.plan({ typeName: TYPE, config, state })).action).toBe("no-op");
    await plugin.shutdown();
  });

  it("UP-04 accepts a state and private data that the official provider wrote", async () => {
    const file = new URL("../../acceptance/conformance/official-state.json", import.meta.url);
    const official = JSON.parse(readFileSync(fileURLToPath(file), "utf8"));
    const [{ attributes, schema_version: schemaVersion }] = official.resources[0].instances;
    const { core, plugin } = await start({
      images: [{ id: attributes.id, name: attributes.name, description: attributes.description }],
    });
    const { value } = await core.import(TYPE, attributes.id);
    const privateData = Buffer.from('{"theirs":"eyJhIjoxfQ=="}');
    const refreshed = await core.refresh({
      typeName: TYPE,
      schemaVersion,
      json: JSON.stringify(attributes, null, 2),
      value,
      private: privateData,
      tainted: false,
    });
    expect(refreshed?.private).toEqual(privateData);
    expect(refreshed?.value).toMatchObject({ id: attributes.id, volume_id: attributes.volume_id });
    await plugin.shutdown();
  });
});

/** The image with these time limits in its state. */
async function withTimeouts(
  core: Core,
  state: ResourceInstance,
  timeouts: ObjectValue,
): Promise<ResourceInstance> {
  const plan = await core.plan({ typeName: TYPE, config: { name: "golden-web", timeouts }, state });
  const { state: updated } = await core.apply(plan);
  if (updated === null) throw new Error("the image is gone");
  return updated;
}

describe("importing and looking up", () => {
  it.each(["", "not-an-id", `${IMAGE}/`, `${IMAGE}/x`, `${IMAGE}/${ROOT_VOLUME}/y`])(
    "IM-02 says what an ID must be for %j",
    async (id) => {
      const { core, plugin } = await start(SEEDED);
      const failure = await core.import(TYPE, id).catch((error: unknown) => error);
      if (!(failure instanceof ProviderErrors)) throw failure;
      expect(failure.diagnostics[0]?.detail).toContain("UUID");
      await plugin.shutdown();
    },
  );

  it("DS-01 DS-02 reads an image by its ID, and reports one that does not exist", async () => {
    const { core, plugin } = await start(SEEDED);
    expect(await core.readData(TYPE, { id: IMAGE })).toMatchObject({ id: IMAGE, name: "golden-web" });
    const failure = await core.readData(TYPE, { id: ROOT_VOLUME }).catch((error: unknown) => error);
    if (!(failure instanceof ProviderErrors)) throw failure;
    expect(failure.diagnostics.map(pathOf)).toEqual([".id"]);
    await plugin.shutdown();
  });
});
