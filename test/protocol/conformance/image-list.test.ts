import { describe, expect, it } from "vitest";
import { OTHER_PROJECTS } from "../../../src/emulator/state/defaults.ts";
import { createCore } from "../../harness/core.ts";
import { ProviderErrors } from "../../harness/core-errors.ts";
import { encodeValue } from "../../harness/dynamic-value.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { startPlugin } from "../../harness/plugin-process.ts";
import { completeBlock } from "../../harness/schema.ts";

// The cases of list resources, where the real provider has an API behind it: an emulator of it.

const TYPE = "kakaocloud_image";
const OTHER = OTHER_PROJECTS[0];

async function start(options: Parameters<typeof useEmulator>[0] = {}) {
  const cloud = await useEmulator(options);
  const plugin = await startPlugin();
  const core = createCore(plugin.client);
  await core.configure(cloud.providerConfig);
  const lists = () => cloud.journal().filter(({ path }) => path.endsWith("/images")).length;
  return { cloud, plugin, core, lists };
}

describe("the list of images", () => {
  it("LR-01 LR-03 is the set of the project's images, over pages and beyond a limit", async () => {
    const { core, plugin, lists } = await start({ settings: { preloadImages: 2_345 } });
    const { found, diagnostics } = await core.query(TYPE, {}, { limit: 10_000 });
    expect(new Set(found.map(({ identity }) => identity.id)).size).toBe(2_345);
    expect(found).toHaveLength(2_345);
    expect(diagnostics).toMatchObject([{ severity: 2, summary: "Images of Other Owners Not Listed" }]);
    expect(lists()).toBe(3);
    // Terraform has enough within the first page.
    expect((await core.query(TYPE, {})).found).toHaveLength(100);
    expect(lists()).toBe(4);
    await plugin.shutdown();
  });

  it("LR-02 has the states that an import would read, and shares beside them", async () => {
    const images = [{ name: "shared-image", members: [{ id: OTHER }] }, { name: "own-image" }];
    const { core, plugin } = await start({ images });
    const { found } = await core.query(TYPE, {}, { includeResource: true });
    expect(found).toHaveLength(2);
    for (const { identity, state } of found) {
      expect((await core.import(TYPE, identity)).value).toEqual(state);
    }
    const shared = await core.query("kakaocloud_image_member", {}, { includeResource: true });
    expect(shared.found).toMatchObject([{ state: { shared_member_ids: [OTHER] } }]);
    expect(shared.diagnostics).toEqual([]);
    expect((await core.query("kakaocloud_image_member", {})).found).toMatchObject([{ state: null }]);
    await plugin.shutdown();
  });

  it("LR-05 ends with the API's refusal as a diagnostic", async () => {
    const { core, plugin, cloud } = await start({
      settings: { preloadImages: 2_000 },
      rules: [{ match: { method: "GET", path: "/images$", nth: 2 }, fault: { kind: "status", status: 403 } }],
    });
    expect(cloud.rules()).toHaveLength(1);
    const querying = core.query(TYPE, {}, { limit: 10_000 });
    await expect(querying).rejects.toThrow(ProviderErrors);
    await expect(querying).rejects.toMatchObject({
      diagnostics: [{ severity: 1, summary: "Unable to List Images" }],
    });
    await plugin.shutdown();
  });

  it("LR-07 reads no more of 10,000 images than Terraform takes, and none after it is cancelled", async () => {
    const { core, plugin, lists } = await start({ settings: { preloadImages: 10_000 } });
    const block = (await core.schemas()).listResources.get(TYPE)?.block;
    if (block === undefined || plugin.client.list === undefined) throw new Error("nothing is listed");
    const config = encodeValue(block.type, completeBlock(block, {}));
    for await (const _ of plugin.client.list({
      typeName: TYPE,
      config,
      includeResourceObject: true,
      limit: 0,
    })) {
      break;
    }
    const served = () =>
      plugin
        .logs()
        .some(({ message, fields }) => message === "RPC served" && fields.tf_rpc === "ListResource");
    await expect.poll(served, { timeout: 20_000 }).toBe(true);
    expect(lists()).toBeLessThan(10);
    await plugin.shutdown();
  });
});
