import { describe, expect, it } from "vitest";
import { createCore } from "../../harness/core.ts";
import { ProviderErrors } from "../../harness/core-errors.ts";
import { pathOf } from "../../harness/diagnostics.ts";
import { CREDENTIAL, useEmulator } from "../../harness/emulator.ts";
import { type PluginOptions, type PluginProcess, startPlugin } from "../../harness/plugin-process.ts";
import { type ObjectValue, UNKNOWN } from "../../harness/value.ts";

const IMAGE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";

async function start(options: PluginOptions = {}) {
  const plugin = await startPlugin(options);
  return { plugin, core: createCore(plugin.client) };
}

/** The errors with which an RPC responds, as `path: summary`. */
async function errorsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const failure: unknown = await work.then(
    () => new Error("it returned no errors"),
    (error: unknown) => error,
  );
  if (!(failure instanceof ProviderErrors)) throw failure;
  return failure.diagnostics.map((diagnostic) => `${pathOf(diagnostic)}: ${diagnostic.summary}`);
}

const readImage = (plugin: PluginProcess, core: ReturnType<typeof createCore>) =>
  core.import("kakaocloud_image", IMAGE).finally(() => expect(plugin.child.exitCode).toBeNull());

describe("ConfigureProvider", () => {
  it.each(["application_credential_secret", "endpoint_overrides"])(
    "CF-01 waits while %s is unknown: what needs it fails, nothing is guessed from the environment",
    async (name) => {
      const cloud = await useEmulator();
      const { plugin, core } = await start({ env: cloud.environment });
      const config: ObjectValue = { ...cloud.providerConfig, [name]: UNKNOWN };
      expect(await core.configure(config)).toEqual([]);
      await core.validate("kakaocloud_image", { name: "golden-web" });
      const failure = await core.import("kakaocloud_image", IMAGE).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProviderErrors);
      expect(String(failure)).toContain(name);
      expect(cloud.journal()).toEqual([]);
      await plugin.shutdown();
    },
  );

  it.each([
    ["region", ["config"]],
    ["service_realm", ["iam"]],
  ] as const)("CF-01 waits while %s is unknown only where %s has no override", async (name, [left]) => {
    const cloud = await useEmulator();
    const { plugin, core } = await start({ env: cloud.environment });
    const overrides = { iam: cloud.url, config: cloud.url };
    const config = (endpoint_overrides: ObjectValue): ObjectValue => ({
      ...cloud.providerConfig,
      endpoint_overrides,
      [name]: UNKNOWN,
    });
    await core.configure(config(overrides));
    expect(cloud.journal().length).toBeGreaterThan(0);
    cloud.clearJournal();
    await core.configure(config({ ...overrides, [left]: null }));
    const failure = await core.import("kakaocloud_image", IMAGE).catch((error: unknown) => error);
    expect(String(failure)).toContain(name);
    expect(cloud.journal()).toEqual([]);
    await plugin.shutdown();
  });

  it("CF-02 names each missing credential with its attribute and its variable, in one error", async () => {
    const { plugin, core } = await start();
    const failure = await core.configure({}).catch((error: unknown) => error);
    if (!(failure instanceof ProviderErrors)) throw failure;
    expect(failure.diagnostics.map(pathOf)).toEqual([".application_credential_id"]);
    for (const name of ["application_credential_id", "application_credential_secret"]) {
      expect(failure.diagnostics[0]?.detail).toContain(name);
      expect(failure.diagnostics[0]?.detail).toContain(`KAKAOCLOUD_${name.toUpperCase()}`);
    }
    await plugin.shutdown();
  });

  it("CF-03 counts as it was called last: another cloud, another token, other results", async () => {
    const images = (name: string) => ({ images: [{ id: IMAGE, name }] });
    const [first, second] = [await useEmulator(images("first")), await useEmulator(images("second"))];
    const { plugin, core } = await start();
    await core.configure(first.providerConfig);
    expect((await readImage(plugin, core)).value.name).toBe("first");
    first.clearJournal();
    await core.configure(second.providerConfig);
    expect((await readImage(plugin, core)).value.name).toBe("second");
    expect(first.journal()).toEqual([]);
    const tokens = new Set(second.journal().flatMap(({ token }) => (token ? [token] : [])));
    expect(tokens.size).toBe(1);
    await plugin.shutdown();
  });

  it("CF-03 keeps the last client that worked when a later configuration fails", async () => {
    const cloud = await useEmulator({ images: [{ id: IMAGE, name: "golden" }] });
    const { plugin, core } = await start();
    await core.configure(cloud.providerConfig);
    expect(
      await errorsOf(core.configure({ ...cloud.providerConfig, application_credential_id: null })),
    ).toEqual([".application_credential_id: Missing KakaoCloud Credentials"]);
    expect((await readImage(plugin, core)).value.name).toBe("golden");
    await plugin.shutdown();
  });

  it("CF-05 comes first: before it, an operation that needs the API returns an error", async () => {
    const { plugin, core } = await start();
    expect(await errorsOf(core.import("kakaocloud_image", IMAGE))).toEqual([": Provider Not Configured"]);
    expect(await errorsOf(core.readData("kakaocloud_images", {}))).toEqual([": Provider Not Configured"]);
    const outcome = await core.apply(
      await core.plan({
        typeName: "kakaocloud_image",
        config: { name: "golden-web", volume_id: IMAGE },
      }),
    );
    expect(outcome.diagnostics).toMatchObject([{ summary: "Provider Not Configured" }]);
    expect(outcome.state).toBeNull();
    await plugin.shutdown();
  });

  it("writes no credential into its log", async () => {
    const cloud = await useEmulator();
    const { plugin, core } = await start();
    await core.configure(cloud.providerConfig);
    await plugin.shutdown();
    expect(plugin.stderr()).not.toContain(CREDENTIAL.secret);
    const tokens = cloud.journal().flatMap(({ token }) => (token ? [token] : []));
    for (const token of tokens) expect(plugin.stderr()).not.toContain(token);
  });
});
