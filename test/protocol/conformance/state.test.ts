import { describe, expect, it } from "vitest";
import type { ResourceInstance } from "../../harness/core-types.ts";
import { encodeMsgpack } from "../../harness/dynamic-value.ts";
import type { Rpcs } from "../../harness/messages.ts";
import { stateJson } from "../../harness/state-json.ts";
import { decimal, type ObjectValue } from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

const fixture = shareFixture();

/** UpgradeResourceState with a state as it is stored. */
function upgrade(typeName: string, version: number, json: string) {
  return fixture().client.call("UpgradeResourceState", {
    typeName,
    version,
    rawState: { json: Buffer.from(json) },
  });
}

describe("UpgradeResourceState", () => {
  it("UP-01 completes a state of the current version: missing attributes are null, unknown ones are dropped", async () => {
    const json =
      '{\n  "id": "i",\n  "name": "n",\n  "gone": {"a": [1]},\n  "tags": ["b", "a"],\n  "port": []\n}\n';
    const { upgradedState, diagnostics } = await upgrade("fixture_everything", 1, json);
    expect(diagnostics).toEqual([]);
    // Decoding is strict: exactly the schema's attributes.
    const value = await fixture().decode("fixture_everything", upgradedState);
    expect(value).toMatchObject({
      id: "i",
      name: "n",
      text: null,
      tags: ["a", "b"],
      one: null,
      timeouts: null,
    });
    expect(value).toMatchObject({ port: [], rule: [], zone: {}, home: null, limits: { most: null } });
    expect(upgradedState?.json ?? Buffer.alloc(0)).toHaveLength(0);
  });

  it.each([
    ["9007199254740993", "cf0020000000000001"],
    ["0.1", `a3${Buffer.from("0.1").toString("hex")}`],
    ["1e30", `bf${Buffer.from(`1${"0".repeat(30)}`).toString("hex")}`],
    ["-9223372036854775808", "d38000000000000000"],
  ])("UP-02 keeps every digit of %s", async (number, hex) => {
    const { upgradedState } = await upgrade("fixture_everything", 1, `{"name":"n","amount":${number}}`);
    const bytes = Buffer.from(upgradedState?.msgpack ?? []).toString("hex");
    expect(bytes).toContain(`a6${Buffer.from("amount").toString("hex")}${hex}`);
  });

  it.each<[string, string, Rpcs["UpgradeResourceState"]["request"]]>([
    [
      "a state of Terraform 0.11",
      "Unable to Upgrade Resource State",
      { typeName: "fixture_thing", version: 0, rawState: { flatmap: { id: "i" } } },
    ],
    [
      "an empty state",
      "Unable to Upgrade Resource State",
      { typeName: "fixture_thing", version: 0, rawState: { json: Buffer.alloc(0) } },
    ],
    [
      "no state at all",
      "Unable to Upgrade Resource State",
      { typeName: "fixture_thing", version: 0, rawState: null },
    ],
    [
      "a version that it has no way from",
      "Unable to Upgrade Resource State",
      { typeName: "fixture_upgraded", version: 0, rawState: { json: Buffer.from("{}") } },
    ],
    [
      "a version of the future",
      "Unable to Upgrade Resource State",
      { typeName: "fixture_thing", version: 7, rawState: { json: Buffer.from("{}") } },
    ],
    [
      "text that is no JSON",
      "Value Conversion Error",
      { typeName: "fixture_thing", version: 0, rawState: { json: Buffer.from("{") } },
    ],
    [
      "values that are not of the schema's types",
      "Value Conversion Error",
      { typeName: "fixture_thing", version: 0, rawState: { json: Buffer.from('{"words":{}}') } },
    ],
  ])("UP-03 refuses %s in words", async (_title, summary, request) => {
    const { diagnostics, upgradedState } = await fixture().client.call("UpgradeResourceState", request);
    expect(diagnostics).toMatchObject([{ severity: 1, summary }]);
    expect(upgradedState).toBeNull();
  });

  it("UP-03 upgrades an older state where the resource can", async () => {
    const { upgradedState } = await upgrade("fixture_upgraded", 1, '{"id":"i","title":"t"}');
    expect(await fixture().decode("fixture_upgraded", upgradedState)).toEqual({ id: "i", name: "t" });
  });
});

/** A state of fixture_thing as Terraform remembers it. */
async function remembered(
  value: ObjectValue,
  privateData: Buffer = Buffer.alloc(0),
): Promise<ResourceInstance> {
  const complete: ObjectValue = {
    id: "id-1",
    label: null,
    amount: null,
    words: null,
    outcome: "done",
    timeouts: null,
    ...value,
  };
  const { type } = await fixture().block("fixture_thing");
  return {
    typeName: "fixture_thing",
    schemaVersion: 0,
    json: stateJson(type, complete),
    value: complete,
    private: privateData,
    tainted: false,
  };
}

async function read(value: ObjectValue, privateData?: Buffer) {
  const state = await remembered(value, privateData);
  const currentState = await fixture().encode("fixture_thing", state.value);
  const answer = await fixture().client.call("ReadResource", {
    typeName: "fixture_thing",
    currentState,
    private: state.private,
  });
  return { answer, currentState };
}

const PRIVATE = Buffer.from('{ "theirs" : "eyJhIjoxfQ==", "made":"MQ==" }');

describe("ReadResource", () => {
  it("RD-01 returns null, and no error, for an object that no longer exists", async () => {
    const { answer } = await read({ scenario: "read-gone" }, PRIVATE);
    expect(answer.diagnostics).toEqual([]);
    expect(
      answer.newState === null || Buffer.from(answer.newState.msgpack ?? []).toString("hex") === "c0",
    ).toBe(true);
    expect(await fixture().core.refresh(await remembered({ scenario: "read-gone" }))).toBeNull();
  });

  it.each([
    ["read-refused", "Unable to Read Thing"],
    ["read-bug", "Unexpected Provider Error"],
    ["read-illegal", "Provider Returned Invalid State"],
  ])("RD-02 LG-06 returns the prior state with a failure (%s), never null", async (scenario, summary) => {
    const { answer, currentState } = await read({ scenario }, PRIVATE);
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary }]);
    expect(answer.newState?.msgpack).toEqual(currentState.msgpack);
    expect(answer.private).toEqual(PRIVATE);
  });

  it("RD-02 returns the prior state also when the state does not fit the schema", async () => {
    const broken = { msgpack: Buffer.of(0x81, 0xa1, 0x61, 0x01) };
    const { diagnostics, newState } = await fixture().client.call("ReadResource", {
      typeName: "fixture_thing",
      currentState: broken,
      private: PRIVATE,
    });
    expect(diagnostics).toMatchObject([{ severity: 1, summary: "Value Conversion Error" }]);
    expect(Buffer.from(newState?.msgpack ?? [])).toEqual(broken.msgpack);
  });

  it("RD-02 ends at the user's time limit, with the prior state", async () => {
    const { answer, currentState } = await read(
      { scenario: "read-slow", timeouts: { read: "50ms" } },
      PRIVATE,
    );
    expect(answer.diagnostics).toMatchObject([{ severity: 1, summary: "Operation Ended" }]);
    expect(answer.newState?.msgpack).toEqual(currentState.msgpack);
  });

  it("RD-03 UP-04 returns what did not change byte for byte, with private data of the official provider", async () => {
    const { answer, currentState } = await read(
      { scenario: "ok", label: "é", amount: decimal("0.1"), words: ["b", "a"] },
      PRIVATE,
    );
    expect(answer.diagnostics).toEqual([]);
    expect(Buffer.from(answer.newState?.msgpack ?? [])).toEqual(Buffer.from(currentState.msgpack ?? []));
    expect(answer.private).toEqual(PRIVATE);
  });

  it("RD-03 shows what was changed elsewhere", async () => {
    const state = await fixture().core.refresh(await remembered({ scenario: "read-drifted", label: "mine" }));
    expect(state?.value.label).toBe("changed elsewhere");
  });

  it("RD-05 keeps a set the same in whatever order its elements come", async () => {
    const { type } = await fixture().block("fixture_everything");
    const value = await fixture().decode(
      "fixture_everything",
      await fixture().encode("fixture_everything", { name: "n", tags: ["a", "b", "c"] }),
    );
    const canonical = encodeMsgpack(type, value);
    const shuffled = Buffer.from(
      canonical.toString("latin1").replace("\xa1a\xa1b\xa1c", "\xa1c\xa1a\xa1b"),
      "latin1",
    );
    expect(shuffled.equals(canonical)).toBe(false);
    const { newState } = await fixture().client.call("ReadResource", {
      typeName: "fixture_everything",
      currentState: { msgpack: shuffled },
    });
    expect(Buffer.from(newState?.msgpack ?? [])).toEqual(canonical);
  });

  it("returns null for null", async () => {
    const state = await remembered({ scenario: "ok" });
    await expect(
      fixture().client.call("ReadResource", { typeName: state.typeName, currentState: null }),
    ).resolves.toMatchObject({ diagnostics: [] });
  });
});
