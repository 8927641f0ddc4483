import { describe, expect, it } from "vitest";
import { createCore } from "../../harness/core.ts";
import { ProviderErrors } from "../../harness/core-errors.ts";
import type { ResourceInstance } from "../../harness/core-types.ts";
import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import type { IdentityMessage } from "../../harness/messages.ts";
import type { CtyType } from "../../harness/type.ts";
import type { ObjectValue } from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

// The harness holds every identity in every response to Terraform's rules, in all other tests too.

const fixture = shareFixture();
const TYPE = "fixture_thing";
const IDENTITY_TYPE: CtyType = ["object", { id: "string", region: "string" }];
const IDENTITY = { id: "id-1", region: "default" };

const read = (message: IdentityMessage | null | undefined) =>
  decodeValue(IDENTITY_TYPE, message?.identityData ?? null);

const identityMessage = (value: ObjectValue): IdentityMessage => ({
  identityData: encodeValue(IDENTITY_TYPE, { id: null, region: null, ...value }),
});

async function created(scenario = "ok"): Promise<ResourceInstance> {
  const state = await fixture().core.planAndApply({ typeName: TYPE, config: { scenario } });
  if (state === null) throw new Error("nothing was created");
  return state;
}

describe("GetResourceIdentitySchemas", () => {
  it("RI-01 describes the identities of the resources that have one, attributes by name", async () => {
    const { identitySchemas, diagnostics } = await fixture().client.call("GetResourceIdentitySchemas", {});
    expect(diagnostics).toEqual([]);
    expect(Object.keys(identitySchemas)).toEqual([TYPE]);
    expect(identitySchemas[TYPE]).toMatchObject({ version: "2" });
    expect(identitySchemas[TYPE]?.identityAttributes).toMatchObject([
      { name: "id", requiredForImport: true, optionalForImport: false, description: "ID of the thing." },
      { name: "region", requiredForImport: false, optionalForImport: true },
    ]);
  });
});

describe("an object's identity", () => {
  it("RI-02 is returned by the create and stays the same in every refresh and change", async () => {
    const { core } = fixture();
    const state = await created();
    expect(state.identity).toEqual(IDENTITY);
    const refreshed = await core.refresh(state);
    expect(refreshed?.identity).toEqual(IDENTITY);
    const updated = await core.planAndApply({
      typeName: TYPE,
      state: refreshed,
      config: { scenario: "ok", label: "new" },
    });
    expect(updated?.identity).toEqual(IDENTITY);
  });

  it("RI-02 stays as it is stored, whatever the provider would return today", async () => {
    const stored = { id: "id-1", region: "elsewhere" };
    const state = { ...(await created()), identity: stored };
    expect((await fixture().core.refresh(state))?.identity).toEqual(stored);
    const planned = await fixture().core.plan({
      typeName: TYPE,
      state,
      config: { scenario: "ok", label: "new" },
    });
    expect(planned.plannedIdentity).toEqual(stored);
    expect((await fixture().core.apply(planned)).state?.identity).toEqual(stored);
  });

  it("RI-03 is added to a state without one by the next refresh, without a change", async () => {
    const state = { ...(await created()), identity: null };
    const planned = await fixture().core.plan({ typeName: TYPE, state, config: { scenario: "ok" } });
    expect(planned).toMatchObject({ action: "no-op", prior: { identity: IDENTITY } });
  });

  it("RI-04 is not planned for what is yet to be created, also in the place of another", async () => {
    const { core } = fixture();
    expect((await core.plan({ typeName: TYPE, config: { scenario: "ok" } })).plannedIdentity).toBeNull();
    const state = await created();
    const replaced = await core.plan({ typeName: TYPE, state, config: { scenario: "ok" }, replace: true });
    expect(replaced.plannedIdentity).toBeNull();
    expect((await core.apply(replaced)).state?.identity).toEqual(IDENTITY);
  });

  it("RI-05 is returned as it was with every failure", async () => {
    const { client, encode } = { ...fixture(), encode: fixture().encode };
    const currentIdentity = identityMessage({ id: "id-7", region: "r" });
    const value = { id: "id-7", scenario: "read-refused" };
    const currentState = await encode(TYPE, value);
    const answer = await client.call("ReadResource", { typeName: TYPE, currentState, currentIdentity });
    expect(answer.diagnostics).toMatchObject([{ severity: 1 }]);
    expect(read(answer.newIdentity)).toEqual({ id: "id-7", region: "r" });
    const broken = { msgpack: Buffer.of(0x81, 0xa1, 0x61, 0x01) };
    const undecodable = await client.call("ReadResource", {
      typeName: TYPE,
      currentState: broken,
      currentIdentity,
    });
    expect(read(undecodable.newIdentity)).toEqual({ id: "id-7", region: "r" });
  });

  it("RI-05 is returned with the object of a failed create", async () => {
    const { core } = fixture();
    const outcome = await core.apply(
      await core.plan({ typeName: TYPE, config: { scenario: "after-refused" } }),
    );
    expect(outcome.state).toMatchObject({ tainted: true, identity: IDENTITY });
  });

  it("RI-05 does not cost the state when it meets a bug", async () => {
    const { core } = fixture();
    const outcome = await core.apply(
      await core.plan({ typeName: TYPE, config: { scenario: "identity-bug" } }),
    );
    expect(outcome.diagnostics).toMatchObject([{ severity: 1, summary: "Unexpected Provider Error" }]);
    expect(outcome.state).toMatchObject({ value: { id: "id-1" }, identity: null });
  });

  it("RI-06 is absent where there is no object, or no identity of its type", async () => {
    const { client, core } = fixture();
    const currentState = await fixture().encode(TYPE, { id: "id-1", scenario: "read-gone" });
    const deleted = await client.call("ReadResource", {
      typeName: TYPE,
      currentState,
      currentIdentity: identityMessage(IDENTITY),
    });
    expect(deleted).toMatchObject({ newIdentity: null, diagnostics: [] });
    const plain = await core.planAndApply({ typeName: "fixture_plain", config: { name: "n" } });
    expect(plain?.identity).toBeNull();
  });

  it("RI-07 does not disturb a Terraform that has no identities", async () => {
    const old = createCore(fixture().client, { identities: false });
    await old.configure();
    const { client } = fixture();
    const planned = await client.call("PlanResourceChange", {
      typeName: TYPE,
      priorState: await fixture().encode(TYPE, { id: "id-1", scenario: "ok", outcome: "ok done" }),
      proposedNewState: await fixture().encode(TYPE, { id: "id-1", scenario: "ok", outcome: "ok done" }),
      config: await fixture().encode(TYPE, { scenario: "ok" }),
    });
    expect(planned).toMatchObject({ diagnostics: [], plannedIdentity: null });
  });
});

describe("an import by identity", () => {
  it("RI-08 returns the complete identity", async () => {
    const state = await fixture().core.import(TYPE, { id: "id-5", region: null });
    expect(state).toMatchObject({ value: { id: "id-5" }, identity: { id: "id-5", region: "default" } });
  });

  it.each<[string, string, ObjectValue, string]>([
    ["does not fit the configuration", TYPE, { id: "id-5", region: "elsewhere" }, "Wrong Region"],
    ["lacks what is required", TYPE, { id: null, region: "default" }, "Incomplete Import Identity"],
  ])("RI-08 refuses one that %s", async (_title, typeName, identity, summary) => {
    const importing = fixture().core.import(typeName, identity);
    await expect(importing).rejects.toThrow(ProviderErrors);
    await expect(importing).rejects.toMatchObject({ diagnostics: [{ severity: 1, summary }] });
  });
});

describe("UpgradeResourceIdentity", () => {
  const upgrade = (typeName: string, version: number, json: string) =>
    fixture().client.call("UpgradeResourceIdentity", {
      typeName,
      version,
      rawIdentity: { json: Buffer.from(json) },
    });

  it("RI-09 upgrades an older identity, and keeps a current one as it is", async () => {
    const older = await upgrade(TYPE, 1, '{"thing_id": "id-3"}');
    expect(read(older.upgradedIdentity)).toEqual({ id: "id-3", region: "default" });
    const current = await upgrade(TYPE, 2, '{"id": "id-3"}');
    expect(read(current.upgradedIdentity)).toEqual({ id: "id-3", region: null });
  });

  it.each<[string, string, number, string, string]>([
    ["a version of the future", TYPE, 3, "{}", "Unable to Upgrade Resource Identity"],
    ["an identity of nothing", TYPE, 2, "{}", "Unexpected Provider Error"],
    ["text that is no JSON", TYPE, 2, "{", "Value Conversion Error"],
    ["no text at all", TYPE, 2, "", "Value Conversion Error"],
    ["a resource without identities", "fixture_plain", 0, "{}", "Resource Identity Not Supported"],
  ])("RI-09 refuses %s in words", async (_title, typeName, version, json, summary) => {
    const { diagnostics, upgradedIdentity } = await upgrade(typeName, version, json);
    expect(diagnostics).toMatchObject([{ severity: 1, summary }]);
    expect(upgradedIdentity).toBeNull();
  });
});

describe("MoveResourceState", () => {
  const move = (json: string | undefined) =>
    fixture().client.call("MoveResourceState", {
      sourceProviderAddress: "registry.terraform.io/fixture/old",
      sourceTypeName: "old_thing",
      sourceState: { json: Buffer.from('{"id":"id-1","scenario":"ok"}') },
      targetTypeName: TYPE,
      ...(json === undefined ? {} : { sourceIdentity: { json: Buffer.from(json) } }),
    });

  it("RI-10 keeps an identity that is one here as well", async () => {
    expect(read((await move('{"id":"id-1","region":"r"}')).targetIdentity)).toEqual({
      id: "id-1",
      region: "r",
    });
  });

  it.each([undefined, "", "{", '{"arn":"x"}', '{"id":{}}'])(
    "RI-10 leaves it to the next read where the source has %j",
    async (json) => {
      expect(await move(json)).toMatchObject({ targetIdentity: null, diagnostics: [] });
    },
  );
});
