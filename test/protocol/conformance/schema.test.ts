import { readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { beforeAll, describe, expect, it } from "vitest";
import { createCore } from "../../harness/core.ts";
import { useEmulator } from "../../harness/emulator.ts";
import type { AttributeMessage, BlockMessage, SchemaMessage } from "../../harness/messages.ts";
import { PROVIDER_EXECUTABLE, startPlugin } from "../../harness/plugin-process.ts";
import { PROTO_DIR } from "../../harness/proto.ts";
import { MAX_SCHEMA_RESPONSE_BYTES } from "../../harness/provider-client.ts";
import { parseType } from "../../harness/type.ts";
import { bundleFixtureProvider, type Fixture, startFixture } from "./fixture.ts";

const PROTO = join(PROTO_DIR, "tfplugin6.proto");
const UNIMPLEMENTED = 12;
const GET_SCHEMA = "/tfplugin6.Provider/GetProviderSchema";

let executable: string;
beforeAll(async () => {
  executable = await bundleFixtureProvider();
});

describe("a process whose schema nobody requested", () => {
  it("SC-01 handles any first call", async () => {
    // The schemas come from another process, as Terraform keeps them.
    const first = await startPlugin({ executable });
    const schemas = await createCore(first.client).schemas();
    await first.shutdown();
    const calls: readonly ((fixture: Fixture) => Promise<unknown>)[] = [
      ({ core }) => core.configure(),
      ({ core }) => core.validate("fixture_everything", { name: "n" }),
      ({ core }) => core.import("fixture_thing", "id-1").catch((error: Error) => String(error)),
      ({ core }) => core.plan({ typeName: "fixture_thing", config: { scenario: "ok" } }),
    ];
    for (const call of calls) {
      const plugin = await startPlugin({ executable });
      await call({ core: createCore(plugin.client, { schemas }) } as Fixture);
      await plugin.shutdown();
      expect(plugin.logs().filter(({ fields }) => fields.tf_rpc === "GetProviderSchema")).toEqual([]);
    }
  });

  it("SC-01 reads and applies right after it was configured", async () => {
    const cloud = await useEmulator({
      images: [{ id: "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90", name: "golden" }],
    });
    const first = await startPlugin();
    const schemas = await createCore(first.client).schemas();
    await first.shutdown();
    const plugin = await startPlugin();
    const core = createCore(plugin.client, { schemas });
    await core.configure(cloud.providerConfig);
    const found = await core.import("kakaocloud_image", "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90");
    expect(found.value).toMatchObject({ name: "golden" });
    await plugin.shutdown();
  });
});

describe.each([
  ["the provider", PROVIDER_EXECUTABLE],
  ["the fixture provider", "fixture"],
])("the schema of %s", (_title, program) => {
  it("SC-02 is complete and valid, in the same order and the same bytes every time", async () => {
    const bytes: Buffer[] = [];
    for (let round = 0; round < 2; round++) {
      const fixture = await startFixture(program === "fixture" ? executable : program, { configured: false });
      bytes.push(await fixture.client.callRaw(GET_SCHEMA, Buffer.alloc(0)));
      const { response } = await fixture.core.schemas();
      expect(response.provider?.block).toBeTruthy();
      for (const schema of all(response.resourceSchemas, response.dataSourceSchemas)) {
        checkBlock(schema.block);
      }
      await fixture.plugin.shutdown();
    }
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it("SC-06 announces the capabilities that the provider has, and no others", async () => {
    const { core, plugin } = await startFixture(program === "fixture" ? executable : program, {
      configured: false,
    });
    const { response } = await core.schemas();
    expect(response.serverCapabilities).toEqual({
      planDestroy: true,
      getProviderSchemaOptional: true,
      moveResourceState: true,
      generateResourceConfig: true,
    });
    // What is announced is there, and what is not announced is not.
    const [typeName] = [...(await core.schemas()).resources.keys()];
    const generate = await plugin.client.call("GenerateResourceConfig", {
      typeName: typeName ?? "",
      state: null,
    });
    expect(generate.diagnostics).toEqual([]);
    expect(response.ephemeralResourceSchemas).toEqual({});
    expect(response.actionSchemas).toEqual({});
    expect(response.stateStoreSchemas).toEqual({});
    await plugin.shutdown();
  });
});

describe("the timeouts attribute", () => {
  it("SC-04 has the bytes of terraform-plugin-framework, and is not computed", async () => {
    const { core, plugin } = await startFixture(executable, { configured: false });
    const { response } = await core.schemas();
    const attribute = response.resourceSchemas.fixture_everything?.block?.attributes.find(
      ({ name }) => name === "timeouts",
    );
    expect(attribute).toMatchObject({ optional: true, computed: false, required: false, description: "" });
    expect(attribute?.type).toHaveLength(0);
    expect(attribute?.nestedType).toMatchObject({ nesting: 1 });
    const children = attribute?.nestedType?.attributes ?? [];
    expect(children.map(({ name }) => name)).toEqual(["create", "delete"]);
    for (const child of children) {
      expect(child).toMatchObject({ optional: true, computed: false, required: false });
      expect(child.type.toString()).toBe('"string"');
    }
    const raw = await plugin.client.callRaw(GET_SCHEMA, Buffer.alloc(0));
    expect(timeoutsWithoutDescriptions(raw)).toBe(
      "0a0874696d656f7574732801522e0a140a06637265617465120822737472696e672228010a140a0664656c657465120822737472696e672228011801",
    );
    await plugin.shutdown();
  });
});

describe("sizes", () => {
  it("HS-15 a schema larger than gRPC's default limit gets through", async () => {
    const FIXTURE_BULKY = String(5 * 1024 * 1024);
    const { core, plugin } = await startFixture(executable, { configured: false, env: { FIXTURE_BULKY } });
    const { response } = await core.schemas();
    expect(response.resourceSchemas.fixture_bulky?.block?.description.length).toBe(Number(FIXTURE_BULKY));
    await plugin.shutdown();
  });

  it("is far below Terraform's limit for a schema", async () => {
    const plugin = await startPlugin();
    const raw = await plugin.client.callRaw(GET_SCHEMA, Buffer.alloc(0));
    expect(raw.length).toBeLessThan(MAX_SCHEMA_RESPONSE_BYTES / 100);
    await plugin.shutdown();
  });
});

describe("what the provider does not offer", () => {
  it("HS-18 AC-01 AC-02 AC-03 is UNIMPLEMENTED, RPC by RPC, and the process continues", async () => {
    const plugin = await startPlugin({ executable });
    const proto = readFileSync(PROTO, "utf8");
    const service = /service Provider \{([\s\S]*?)\n\}/.exec(proto)?.[1] ?? "";
    const names = [...service.matchAll(/rpc (\w+)/g)].map(([, name]) => name);
    expect(names.length).toBe(36);
    const outcomes = await Promise.all(
      names.map(async (name) => {
        try {
          await plugin.client.callRaw(`/tfplugin6.Provider/${name}`, Buffer.alloc(0));
          return [name, 0];
        } catch (error) {
          return [name, (error as { code: number }).code];
        }
      }),
    );
    expect(outcomes.filter(([, code]) => code === UNIMPLEMENTED).map(([name]) => name)).toEqual([
      "ValidateEphemeralResourceConfig",
      "OpenEphemeralResource",
      "RenewEphemeralResource",
      "CloseEphemeralResource",
      "ValidateStateStoreConfig",
      "ConfigureStateStore",
      "ReadStateBytes",
      "WriteStateBytes",
      "LockState",
      "UnlockState",
      "GetStates",
      "DeleteState",
      "ValidateActionConfig",
      "PlanAction",
      "InvokeAction",
    ]);
    expect(outcomes.filter(([, code]) => code !== UNIMPLEMENTED && code !== 0)).toEqual([]);
    await plugin.shutdown();
  });
});

/** The `timeouts` of fixture_everything as hex, cut out of a whole response. */
function timeoutsWithoutDescriptions(raw: Buffer): string {
  const root = protobuf.loadSync(PROTO);
  const attributeType = root.lookupType("tfplugin6.Schema.Attribute");
  const response = root.lookupType("tfplugin6.GetProviderSchema.Response").decode(raw).toJSON();
  const attribute = response.resourceSchemas.fixture_everything.block.attributes.find(
    ({ name }: { name: string }) => name === "timeouts",
  );
  for (const child of attribute.nestedType.attributes) delete child.description;
  return Buffer.from(attributeType.encode(attributeType.fromObject(attribute)).finish()).toString("hex");
}

function all(...maps: readonly Readonly<Record<string, SchemaMessage>>[]): readonly SchemaMessage[] {
  return maps.flatMap((schemas) => Object.values(schemas));
}

function checkBlock(block: BlockMessage | null): void {
  expect(block).toBeTruthy();
  checkAttributes(block?.attributes ?? []);
  const names = (block?.blockTypes ?? []).map(({ typeName }) => typeName);
  expect(names).toEqual([...names].sort());
  for (const nested of block?.blockTypes ?? []) checkBlock(nested.block);
}

function checkAttributes(attributes: readonly AttributeMessage[]): void {
  const names = attributes.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  for (const { name, type, nestedType, required, optional, computed } of attributes) {
    expect(type.length > 0 !== (nestedType !== null), name).toBe(true);
    if (type.length > 0) parseType(type.toString());
    expect(required ? !optional && !computed : optional || computed, name).toBe(true);
    if (nestedType !== null) checkAttributes(nestedType.attributes);
  }
}
