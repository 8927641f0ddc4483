import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { bundleProgram } from "../../harness/bundle.ts";
import { createCore } from "../../harness/core.ts";
import type { Core } from "../../harness/core-types.ts";
import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import type { DynamicValueMessage } from "../../harness/messages.ts";
import { type PluginOptions, type PluginProcess, startPlugin } from "../../harness/plugin-process.ts";
import { type Block, completeBlock } from "../../harness/schema.ts";
import { members, type ObjectValue } from "../../harness/value.ts";

/** Makes the executable of the fixture provider, once for a test file; it is removed with it. `type` is what Terraform calls it. */
export function bundleFixtureProvider(type = "fixture"): Promise<string> {
  const entry = new URL("../../harness/fixture-provider/main.ts", import.meta.url);
  return bundleProgram(fileURLToPath(entry), `terraform-provider-${type}`);
}

/** A process of the fixture provider, with Terraform's part played for it and a shorthand for single calls. */
export interface Fixture {
  readonly plugin: PluginProcess;
  readonly client: PluginProcess["client"];
  readonly core: Core;
  /** A value of a resource as it travels: attributes left out are null, blocks left out empty. */
  encode(typeName: string, value: ObjectValue | null): Promise<DynamicValueMessage>;
  decode(typeName: string, message: DynamicValueMessage | null): Promise<ObjectValue | null>;
  block(typeName: string): Promise<Block>;
}

/** Starts a process of the fixture provider and, by default, configures it. */
export async function startFixture(
  executable: string,
  { configured = true, ...options }: PluginOptions & { readonly configured?: boolean } = {},
): Promise<Fixture> {
  const plugin = await startPlugin({ executable, ...options });
  const core = createCore(plugin.client);
  if (configured) await core.configure();
  const block = async (typeName: string): Promise<Block> => {
    const { resources } = await core.schemas();
    const schema = resources.get(typeName);
    if (schema === undefined) throw new Error(`the fixture provider has no ${typeName}`);
    return schema.block;
  };
  return {
    plugin,
    client: plugin.client,
    core,
    block,
    async encode(typeName, value) {
      const found = await block(typeName);
      return encodeValue(found.type, value && completeBlock(found, value));
    },
    async decode(typeName, message) {
      const value = decodeValue((await block(typeName)).type, message);
      return value === null ? null : members(value);
    },
  };
}

/**
 * One process for all tests of a file. Shut down at its end as Terraform does it, which fails the file when the process
 * misbehaved; a test that wants to break its process starts one of its own.
 */
export function shareFixture(options: PluginOptions & { readonly configured?: boolean } = {}): () => Fixture {
  let shared: Fixture | undefined;
  beforeAll(async () => {
    shared = await startFixture(await bundleFixtureProvider(), options);
  });
  afterAll(() => shared?.plugin.shutdown());
  return () => {
    if (shared === undefined) throw new Error("the fixture provider is not running");
    return shared;
  };
}
