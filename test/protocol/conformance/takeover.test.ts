import { describe, expect, it } from "vitest";
import { ProviderErrors } from "../../harness/core-errors.ts";
import { pathOf } from "../../harness/diagnostics.ts";
import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import type { Rpcs } from "../../harness/messages.ts";
import { completeBlock } from "../../harness/schema.ts";
import { members, type ObjectValue } from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

const fixture = shareFixture();

describe("ImportResourceState", () => {
  it("IM-01 returns one resource with its type and ID, and nothing else", async () => {
    const { importedResources, diagnostics, deferred } = await fixture().client.call("ImportResourceState", {
      typeName: "fixture_everything",
      id: "id-7",
    });
    expect([diagnostics, deferred]).toEqual([[], null]);
    expect(importedResources).toMatchObject([{ typeName: "fixture_everything" }]);
    const value = await fixture().decode("fixture_everything", importedResources[0]?.state ?? null);
    expect(value).toMatchObject({
      id: "id-7",
      timeouts: null,
      passphrase: null,
      port: [],
      rule: [],
      zone: {},
    });
  });

  it.each([
    ["fixture_thing", "not an id", "Unable to Import Thing"],
    ["fixture_thing", "", "Unable to Import Thing"],
    ["fixture_plain", "id-1", "Resource Import Not Implemented"],
    ["fixture_no", "id-1", "Resource Type Not Found"],
    ["fixture_thing", "import-bug", "Unexpected Provider Error"],
  ])("IM-02 LG-06 returns an error, never only an empty list: %s %j", async (typeName, id, summary) => {
    const answer = await fixture().client.call("ImportResourceState", { typeName, id });
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary }]);
    expect(answer.importedResources).toEqual([]);
  });
});

describe("GenerateResourceConfig", () => {
  it("writes what plans no changes", async () => {
    const { core } = fixture();
    const imported = await core.import("fixture_everything", "id-7");
    const block = await fixture().block("fixture_everything");
    const { config, diagnostics } = await fixture().client.call("GenerateResourceConfig", {
      typeName: "fixture_everything",
      state: encodeValue(block.type, imported.value),
    });
    expect(diagnostics).toEqual([]);
    const generated = members(decodeValue(block.type, config));
    expect(generated).toMatchObject({
      id: null,
      name: "imported",
      text: null,
      chosen: null,
      old: null,
      port: [],
    });
    expect(await core.validate("fixture_everything", generated)).toEqual([]);
    // Sensitive values are Terraform's to hide.
    expect(generated.secret).toBe("hidden");
  });

  it("returns an error for a state that does not fit", async () => {
    const answer = await fixture().client.call("GenerateResourceConfig", {
      typeName: "fixture_everything",
      state: { msgpack: Buffer.of(0x80) },
    });
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary: "Value Conversion Error" }]);
  });
});

describe("ReadDataSource", () => {
  it("DS-01 returns a complete object, with the arguments as they were configured", async () => {
    const config = { name: "n", filter: "f", timeouts: { read: "1m" } };
    expect(await fixture().core.readData("fixture_lookup", config)).toEqual({ ...config, region: "default" });
  });

  it.each([
    ["missing", "Not Found", ".name"],
    ["read-bug", "Unexpected Provider Error", ""],
  ])("DS-02 LG-06 returns an error and no state: %s", async (name, summary, path) => {
    const { dataSources } = await fixture().core.schemas();
    const block = dataSources.get("fixture_lookup")?.block;
    if (block === undefined) throw new Error("no schema");
    const answer = await fixture().client.call("ReadDataSource", {
      typeName: "fixture_lookup",
      config: encodeValue(block.type, completeBlock(block, { name })),
    });
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary }]);
    expect(answer.diagnostics.map(pathOf)).toEqual([path]);
    expect(decodeValue(block.type, answer.state)).toBeNull();
  });

  it("DS-02 ends at the user's time limit", async () => {
    const reading = fixture().core.readData("fixture_lookup", {
      name: "read-slow",
      timeouts: { read: "50ms" },
    });
    await expect(reading).rejects.toThrow("deadline");
    await expect(reading).rejects.toBeInstanceOf(ProviderErrors);
  });
});

describe("MoveResourceState", () => {
  const move = (more: Partial<Rpcs["MoveResourceState"]["request"]> = {}) =>
    fixture().client.call("MoveResourceState", {
      sourceProviderAddress: "registry.terraform.io/fixture/old",
      sourceTypeName: "old_thing",
      sourceSchemaVersion: 1,
      sourceState: { json: Buffer.from('{"id":"i","title":"t"}') },
      sourcePrivate: Buffer.from("theirs"),
      targetTypeName: "fixture_upgraded",
      ...more,
    });

  it("moves what it knows, private data included", async () => {
    const answer = await move();
    expect(answer.diagnostics).toEqual([]);
    const value: ObjectValue | null = await fixture().decode("fixture_upgraded", answer.targetState);
    expect(value).toEqual({ id: "i", name: "t" });
    expect(answer.targetPrivate).toEqual(Buffer.from("theirs"));
  });

  it.each([
    [{ targetTypeName: "fixture_plain" }, "Unable to Move Resource State"],
    [{ sourceTypeName: "other_thing" }, "Unable to Move Resource State"],
    [{ sourceProviderAddress: "registry.terraform.io/evil/fixture-old" }, "Unable to Move Resource State"],
    [{ sourceProviderAddress: "terraform.io/builtin/terraform" }, "Unable to Move Resource State"],
    [{ sourceSchemaVersion: 2 }, "Unable to Move Resource State"],
    [{ targetTypeName: "fixture_no" }, "Resource Type Not Found"],
    [{ sourceState: { json: Buffer.from('{"title":"upgrade-bug"}') } }, "Unexpected Provider Error"],
    [{ sourceState: null }, "Value Conversion Error"],
  ])("MV-01 LG-06 refuses everything else: %j", async (more, summary) => {
    const answer = await move(more);
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary }]);
    expect(answer.targetState).toBeNull();
  });
});
