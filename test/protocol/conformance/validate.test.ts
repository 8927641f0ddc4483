import { describe, expect, it } from "vitest";
import { ProviderErrors } from "../../harness/core-errors.ts";
import { pathOf } from "../../harness/diagnostics.ts";
import { encodeMsgpack } from "../../harness/dynamic-value.ts";
import type { Diagnostic } from "../../harness/messages.ts";
import { completeBlock } from "../../harness/schema.ts";
import { type ObjectValue, refined, UNKNOWN, type Value } from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

// Validation happens before the provider is configured, so here it never is.
const fixture = shareFixture({ configured: false });

const TYPE = "fixture_everything";

/** The diagnostics of a configuration, errors and warnings, as `path: summary`, sorted. */
async function findings(config: ObjectValue): Promise<readonly string[]> {
  const show = (diagnostics: readonly Diagnostic[]) =>
    diagnostics.map((diagnostic) => `${pathOf(diagnostic)}: ${diagnostic.summary}`).sort();
  try {
    return show(await fixture().core.validate(TYPE, { name: "n", ...config }, "validate"));
  } catch (error) {
    if (error instanceof ProviderErrors) return show(error.diagnostics);
    throw error;
  }
}

describe("ValidateResourceConfig", () => {
  it.each([
    ["id", { id: "mine" }, ".id"],
    ["inside a nested attribute", { one: { key: "k", made: "mine" } }, ".one.made"],
    ["inside a block", { port: [{ key: "k", made: "mine" }] }, ".port[0].made"],
  ])("VL-01 refuses a value for what only the provider sets: %s", async (_title, config, path) => {
    expect(await findings(config as ObjectValue)).toEqual([
      `${path}: Invalid Configuration for Read-Only Attribute`,
    ]);
  });

  it("VL-02 accepts unknown values, plain or refined, whole or in part", async () => {
    const { type, attributes } = await fixture().block(TYPE);
    const settable = [...attributes.values()].filter(({ computed, optional }) => !computed || optional);
    for (const unknown of [UNKNOWN, refined({ notNull: true })] as readonly Value[]) {
      for (const { name, deprecated } of settable) {
        // Nothing is known of it, so not even that a deprecated attribute is set.
        expect(await findings({ [name]: unknown }), `${name} ${deprecated}`).toEqual([]);
      }
      const whole = encodeMsgpack(type, unknown);
      const { diagnostics } = await fixture().client.call("ValidateResourceConfig", {
        typeName: TYPE,
        config: { msgpack: whole },
      });
      expect(diagnostics.map(({ summary }) => summary)).not.toContain("Unexpected Provider Error");
    }
    expect(
      await findings({ words: ["a", UNKNOWN], one: { key: UNKNOWN }, port: [{ key: UNKNOWN }] }),
    ).toEqual([]);
  });

  it("VL-03 warns once when a deprecated attribute is set, and not when it is null or unknown", async () => {
    expect(await findings({ old: "x" })).toEqual([".old: Attribute Deprecated"]);
    expect(await findings({ old: null })).toEqual([]);
    expect(await findings({ old: UNKNOWN })).toEqual([]);
  });

  it("VL-04 reports everything that is wrong in one response, each at its own path", async () => {
    expect(
      await findings({
        name: "bad",
        words: ["bad", "good", "bad"],
        labels: { good: "good", worse: "bad" },
        one: { key: "bad" },
        many: [{ key: "good" }, { key: "good", note: "bad" }],
        by_name: { first: { key: "bad" } },
        port: [{ key: "bad" }],
        zone: { north: { key: "bad" } },
        rule: [{ key: "bad" }],
      }),
    ).toEqual(
      [
        ".name",
        ".words[0]",
        ".words[2]",
        '.labels["worse"]',
        ".one.key",
        ".many[1].note",
        '.by_name["first"].key',
        ".port[0].key",
        '.zone["north"].key',
        // Elements of a set cannot be addressed.
        ".rule",
      ]
        .map((path) => `${path}: Bad Text`)
        .sort(),
    );
  });

  it("VL-04 DG-03 writes steps as Terraform reads them, an index of zero included", async () => {
    const { type } = await fixture().block(TYPE);
    const block = await fixture().block(TYPE);
    const config = encodeMsgpack(type, completeBlock(block, { name: "n", words: ["bad"] }));
    const request = Buffer.concat([field(1, Buffer.from(TYPE)), field(2, field(1, config))]);
    const answer = await fixture().client.callRaw("/tfplugin6.Provider/ValidateResourceConfig", request);
    // attribute (4) { steps (1) { attribute_name (1): "words" }, steps (1) { element_key_int (3): 0 } }
    expect(answer.toString("hex")).toContain("220d0a070a05776f7264730a021800");
  });

  it.each<[Value, readonly string[]]>([
    ["5", [".timeouts.create: Invalid Attribute Value Time Duration"]],
    ["1 h", [".timeouts.create: Invalid Attribute Value Time Duration"]],
    ["5m", []],
    [null, []],
    [UNKNOWN, []],
  ])("VL-05 checks timeouts.create by Go's grammar: %s", async (create, expected) => {
    expect(await findings({ timeouts: { create } })).toEqual(expected);
  });

  it("VL-06 refuses a type that the provider does not have, and lists those it has", async () => {
    const config = { msgpack: Buffer.of(0x80) };
    const resource = await fixture().client.call("ValidateResourceConfig", {
      typeName: "fixture_no",
      config,
    });
    expect(resource.diagnostics).toMatchObject([{ severity: 1, summary: "Resource Type Not Found" }]);
    expect(resource.diagnostics[0]?.detail).toContain("fixture_no");
    const data = await fixture().client.call("ValidateDataResourceConfig", {
      typeName: "fixture_no",
      config,
    });
    expect(data.diagnostics).toMatchObject([{ severity: 1, summary: "Data Source Type Not Found" }]);
  });

  it("refuses write-only values from a Terraform that cannot handle them", async () => {
    const config = await fixture().encode(TYPE, { name: "n", passphrase: "p" });
    const old = await fixture().client.call("ValidateResourceConfig", { typeName: TYPE, config });
    expect(old.diagnostics).toMatchObject([{ severity: 1, summary: "WriteOnly Attribute Not Allowed" }]);
    expect(await findings({ passphrase: "p" })).toEqual([]);
  });
});

/** A length-delimited protobuf field of less than 128 bytes of number, with any length. */
function field(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.of((number << 3) | 2, ...length), content]);
}
