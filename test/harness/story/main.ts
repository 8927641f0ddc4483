// The story of `make demo` without a CLI: the harness plays Terraform's part over the provider's own protocol, one provider
// process per command, and holds every response to Terraform's rules.
// Arguments: the provider's executable, the emulator's URL, the id of a root volume, the id of an image created elsewhere.

import { releasePending } from "../cleanup.ts";
import { createCore } from "../core.ts";
import type { Core, Plan, ResourceInstance } from "../core-types.ts";
import { startPlugin } from "../plugin-process.ts";
import type { ObjectValue } from "../value.ts";

const TYPE = "kakaocloud_image";
const [executable = "", url = "", volumeId = "", elsewhereId = ""] = process.argv.slice(2);

const provider: ObjectValue = {
  application_credential_id: "demo",
  application_credential_secret: "demo-secret",
  endpoint_overrides: { iam: url, config: url },
};
const golden = { name: "golden-web", description: "made over the protocol", volume_id: volumeId };
const renamed = { ...golden, name: "golden-web-v2", description: "renamed over the protocol" };

/** Starts a provider process as a command would, shows its progress, and ends it as Terraform does. */
async function command<T>(title: string, work: (core: Core) => Promise<T>): Promise<T> {
  console.log(`\n$ ${title}`);
  const plugin = await startPlugin({ executable });
  let shown = 0;
  const show = setInterval(() => {
    const lines = plugin.logs();
    for (const { level, message } of lines.slice(shown)) {
      if (level === "info") console.log(`    provider: ${message}`);
    }
    shown = lines.length;
  }, 100);
  try {
    const core = createCore(plugin.client);
    await core.configure(provider);
    return await work(core);
  } finally {
    clearInterval(show);
    await plugin.shutdown();
  }
}

const plan = (title: string, config: ObjectValue | null, state: ResourceInstance | null): Promise<Plan> =>
  command(`plan ${title}`, async (core) => {
    const planned = await core.plan({ typeName: TYPE, config, state });
    console.log(`  ${planned.action}`);
    return planned;
  });

const apply = (title: string, config: ObjectValue | null, state: ResourceInstance | null) =>
  command(`apply ${title}`, async (core) => {
    const result = await core.planAndApply({ typeName: TYPE, config, state });
    console.log(result === null ? "  gone" : `  ${JSON.stringify(result.value)}`);
    return result;
  });

function expectNothing({ action }: Plan): void {
  if (action !== "no-op") throw new Error(`the plan should have been empty, but it is: ${action}`);
}

try {
  await plan("a new image", golden, null);
  let state = await apply("a new image", golden, null);
  expectNothing(await plan("again", golden, state));
  state = await apply("another name and description", renamed, state);
  const imported = await command(`import ${elsewhereId}`, (core) => core.import(TYPE, elsewhereId));
  expectNothing(await plan("the imported image", { name: String(imported.value.name) }, imported));
  await apply("destroy the image", null, state);
  await apply("destroy the imported image", null, imported);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await releasePending();
}
