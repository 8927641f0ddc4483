import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import {
  DYNAMIC,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  STRING,
  setOf,
  type Type,
  tupleOf,
} from "../../../src/framework/type.ts";
import { DynamicValue, UNKNOWN as PLAIN_UNKNOWN, type Value } from "../../../src/framework/value.ts";
import { encodeDiagnostics } from "../../../src/protocol/diagnostics.ts";
import { encodeValue } from "../../../src/protocol/dynamic-value.ts";
import { ProviderErrors } from "../../harness/core-errors.ts";
import { encodeMsgpack } from "../../harness/dynamic-value.ts";
import { completeBlock } from "../../harness/schema.ts";
import { shareFixture } from "./fixture.ts";

const fixture = shareFixture();

const TYPE = "fixture_everything";
const hex = (text: string) => Buffer.from(text).toString("hex");
/** msgpack text of fewer than 32 bytes. */
const text = (value: string) => (0xa0 | Buffer.byteLength(value)).toString(16) + hex(value);

/**
 * Sends a state in which one attribute has these bytes, through a read that changes nothing; gives the bytes that come back in
 * its place, or the summary of the error.
 */
async function echo(attribute: string, bytes: string): Promise<string> {
  const block = await fixture().block(TYPE);
  const empty = encodeMsgpack(block.type, completeBlock(block, { name: "n" }));
  const key = Buffer.from(text(attribute), "hex");
  const at = empty.indexOf(key) + key.length;
  const [before, after] = [empty.subarray(0, at), empty.subarray(at + 1)];
  const msgpack = Buffer.concat([before, Buffer.from(bytes, "hex"), after]);
  const { newState, diagnostics } = await fixture().client.call("ReadResource", {
    typeName: TYPE,
    currentState: { msgpack },
  });
  if (diagnostics.length > 0) return `${diagnostics[0]?.summary}`;
  const answer = Buffer.from(newState?.msgpack ?? []);
  expect(answer.subarray(0, at).equals(before)).toBe(true);
  return answer.subarray(at, answer.length - after.length).toString("hex");
}

/** The same for a plan, in which values may be unknown. */
async function echoPlanned(attribute: string, bytes: string): Promise<string> {
  const block = await fixture().block(TYPE);
  const empty = encodeMsgpack(block.type, completeBlock(block, { name: "n" }));
  const key = Buffer.from(text(attribute), "hex");
  const at = empty.indexOf(key) + key.length;
  const config = {
    msgpack: Buffer.concat([empty.subarray(0, at), Buffer.from(bytes, "hex"), empty.subarray(at + 1)]),
  };
  const { plannedState, diagnostics } = await fixture().client.call("PlanResourceChange", {
    typeName: TYPE,
    priorState: null,
    proposedNewState: config,
    config,
  });
  if (diagnostics.length > 0) return `${diagnostics[0]?.summary}`;
  const answer = Buffer.from(plannedState?.msgpack ?? []);
  const start = answer.indexOf(key) + key.length;
  // The next attribute's name ends it.
  const next = [...block.attributes.keys(), ...block.blocks.keys()].sort();
  const following = next[next.indexOf(attribute) + 1] ?? "";
  return answer.subarray(start, answer.indexOf(Buffer.from(text(following), "hex"), start)).toString("hex");
}

/** The forms in which Terraform sends numbers. */
const NUMBERS: readonly (readonly [string, string])[] = [
  ["0", "00"],
  ["1", "01"],
  ["127", "7f"],
  ["128", "cc80"],
  ["255", "ccff"],
  ["256", "cd0100"],
  ["65536", "ce00010000"],
  ["2^32", "cf0000000100000000"],
  ["2^53 + 1", "cf0020000000000001"],
  ["2^63 - 1", "cf7fffffffffffffff"],
  ["-1", "ff"],
  ["-32", "e0"],
  ["-33", "d0df"],
  ["-128", "d080"],
  ["-129", "d1ff7f"],
  ["-32769", "d2ffff7fff"],
  ["-2147483649", "d3ffffffff7fffffff"],
  ["-2^63", "d38000000000000000"],
  ["0.5", "cb3fe0000000000000"],
  ["1.5", "cb3ff8000000000000"],
  ["-0.25", "cbbfd0000000000000"],
  ["0.1", text("0.1")],
  ["3.14159", text("3.14159")],
  ["1e-7", text("0.0000001")],
  ["2^63", text("9223372036854775808")],
  ["-2^63 - 1", text("-9223372036854775809")],
  ["1e30", text(`1${"0".repeat(30)}`)],
];

describe("a number", () => {
  it.each(NUMBERS)("MP-01 %s is returned in the bytes in which Terraform sends it", async (_title, bytes) => {
    expect(await echo("amount", bytes)).toBe(bytes);
  });

  it.each([
    ["a wide integer", "d30000000000000005", "05"],
    ["a signed one where unsigned would do", "d105dc", "cd05dc"],
    ["a double that is whole", "cb4014000000000000", "05"],
    ["a single", "ca3f000000", "cb3fe0000000000000"],
    ["a double that Terraform would not use", "cb3fb999999999999a", text("0.1")],
    ["text with an exponent", text("1e3"), "cd03e8"],
    ["text with needless zeros", text("05.10"), text("5.1")],
  ])("MP-01 is read as %s and written in its one form", async (_title, bytes, canonical) => {
    expect(await echo("amount", bytes)).toBe(canonical);
  });

  it.each([text("0x10"), text(""), text("NaN"), "c3", "90", "cb7ff8000000000000"])(
    "MP-01 MP-03 is not a number: %s",
    async (bytes) => {
      expect(await echo("amount", bytes)).toBe("Value Conversion Error");
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "MP-03 that a resource returns cannot be %d",
    (value) => {
      expect(() => encodeValue(objectOf({ amount: NUMBER }), { amount: value })).toThrow("amount");
    },
  );
});

describe("an unknown value", () => {
  it.each([
    ["plain", "text", "d40000"],
    ["of another code", "text", "d40500"],
    ["with a promise that it is not null", "text", "c7030c8101c2"],
    ["with a prefix", "text", "c7090c8201c202a47072652d"],
    ["with a promise of the future", "text", "c7030c8109c2"],
    ["of a number with a bound", "amount", "c7070c8201c2039200c3"],
    ["of a list of limited length", "words", "c7070c8301c205010609"],
  ])("MP-02 %s stays unknown", async (_title, attribute, bytes) => {
    // One of which nothing is promised is always right; the same promise is, too.
    expect(["d40000", bytes]).toContain(await echoPlanned(attribute, bytes));
  });
});

describe("a value of the wrong type", () => {
  const object = objectOf({ a: STRING, b: objectOf({ c: NUMBER }) });
  it.each<[string, Type, Value, string]>([
    ["an object without an attribute", object, { a: "x" } as never, "b"],
    ["an object with one too many", object, { a: "x", b: { c: 1, d: 2 } }, "b: unsupported attribute"],
    ["a value of another type, deep inside", object, { a: "x", b: { c: "1" } }, "b.c: number is required"],
    ["a tuple of another length", tupleOf([STRING, STRING]), ["x"], "a tuple of length 2 is required"],
    [
      "a list of dynamic values of several types",
      objectOf({ l: listOf(DYNAMIC) }),
      { l: [new DynamicValue(STRING, "x"), new DynamicValue(NUMBER, 1)] },
      "l: all elements must be of one type",
    ],
    ["text for a map", mapOf(STRING), "x", "map is required"],
  ])("MP-04 is not encoded: %s", (_title, type, value, message) => {
    expect(() => encodeValue(type, value)).toThrow(message);
  });
});

describe("a dynamic value", () => {
  it.each([
    ["null", "c0"],
    ["text", "92c40822737472696e6722a0"],
    ["a bool", "92c40622626f6f6c22c3"],
    ["an empty tuple", `92c40c${hex('["tuple",[]]')}90`],
    ["an empty object", `92c40d${hex('["object",{}]')}80`],
    ["a tuple", `92c41d${hex('["tuple",["string","number"]]')}92a16101`],
    ["an object", `92c426${hex('["object",{"a":"string","b":"number"}]')}82a161a178a16201`],
    ["a set", `92c410${hex('["set","string"]')}92a161a162`],
    ["a list of lists", `92c41a${hex('["list",["list","number"]]')}92920102${"90"}`],
  ])("MP-05 keeps its type and its bytes: %s", async (_title, bytes) => {
    expect(await echo("anything", bytes)).toBe(bytes);
  });

  it("MP-05 may be unknown, with or without its type", async () => {
    expect(await echoPlanned("anything", "d40000")).toBe("d40000");
    const typed = "92c40822737472696e6722d40000";
    expect([typed, "d40000"]).toContain(await echoPlanned("anything", typed));
  });

  it("MP-05 takes its type as text and with blanks as well, and writes it compactly", async () => {
    const [loose, compact] = ['["tuple", ["string"]]', '["tuple",["string"]]'];
    expect(await echo("anything", `92${text(loose)}91a178`)).toBe(`92c414${hex(compact)}91a178`);
  });
});

describe("a set", () => {
  it("MP-06 loses duplicates and is written in one order", async () => {
    expect(await echo("tags", "94a162a161a162a163")).toBe("93a161a162a163");
    const nested = setOf(objectOf({ key: STRING }));
    const of = (...keys: readonly string[]) =>
      encodeValue(
        nested,
        keys.map((key) => ({ key })),
      );
    expect(of("b", "a", "b")).toEqual(of("a", "b"));
  });

  it("MP-06 keeps unknown elements apart, as they may turn out to be different", () => {
    const { msgpack } = encodeValue(setOf(STRING), [PLAIN_UNKNOWN, "a", PLAIN_UNKNOWN, "a"]);
    expect(Buffer.from(msgpack).toString("hex")).toBe("93a161d40000d40000");
  });
});

describe("text", () => {
  it.each([
    ["a decomposed letter", `a3${hex("e\u0301")}`, "a2c3a9"],
    ["a null character", "a3610062", "a3610062"],
    ["an emoji", "a4f09f9880", "a4f09f9880"],
    ["bytes for text", "c40161", "a161"],
    ["bytes that are no UTF-8", "a261ff", "a461efbfbd"],
  ])("MP-07 is normal: %s", async (_title, bytes, expected) => {
    expect(await echo("text", bytes)).toBe(expected);
  });

  it.each([
    [31, "bf"],
    [32, "d920"],
    [255, "d9ff"],
    [256, "da0100"],
    [65_535, "daffff"],
    [70_000, "db00011170"],
  ])("MP-07 of %i bytes is framed as msgpack has it", async (length, head) => {
    const bytes = `${head}${"78".repeat(length)}`;
    expect((await echo("text", bytes)) === bytes).toBe(true);
  });

  it("MP-07 with half a surrogate pair is repaired", () => {
    expect(Buffer.from(encodeValue(STRING, "a\ud800b").msgpack).toString("hex")).toBe("a561efbfbd62");
  });
});

describe("invalid bytes", () => {
  it.each([
    ["nothing after a map's head", "8a"],
    ["a text that is longer than what follows", "dbffffffff61"],
    ["an array of four billion elements", "ddffffffff"],
    ["a map of four billion entries", "dfffffffff"],
    ["something after the value", "c0c0"],
    ["a byte that is no msgpack", "c1"],
    ["arrays in arrays in arrays", "91".repeat(10 * 1024 * 1024)],
    ["an extension that is cut off", "c7030c81"],
  ])("MP-08 are a clean error: %s", async (_title, bytes) => {
    const { diagnostics } = await fixture().client.call("ReadResource", {
      typeName: TYPE,
      currentState: { msgpack: Buffer.from(bytes, "hex") },
    });
    expect(diagnostics).toMatchObject([{ severity: 1, summary: "Value Conversion Error" }]);
  });
});

describe("the JSON form", () => {
  const read = (json: string) =>
    fixture().client.call("ReadResource", {
      typeName: "fixture_plain",
      currentState: { json: Buffer.from(json) },
    });

  it("MP-09 counts where there is no msgpack: what is missing is null, numbers and texts stand for each other", async () => {
    const { newState } = await read('{"name": 5}');
    expect(await fixture().decode("fixture_plain", newState)).toEqual({ id: null, name: "5" });
  });

  it("MP-09 must not hold what the schema does not", async () => {
    const { diagnostics } = await read('{"zz": 1}');
    expect(diagnostics[0]?.detail).toContain('unsupported attribute "zz"');
  });
});

describe("a diagnostic", () => {
  it("DG-01 is legal whatever was written into it", () => {
    const diagnostics = (["error", "warning"] as const).flatMap((severity) =>
      ["", "  ", "two\nlines", "Fine"].map((summary) => ({ severity, summary, detail: "", path: [] })),
    );
    const encoded = encodeDiagnostics(diagnostics, createRedactor());
    for (const { severity, summary, attribute } of encoded) {
      expect([1, 2]).toContain(severity);
      expect(summary).toMatch(/^\S[^\n]*$/);
      expect(attribute).toBeUndefined();
    }
    expect(encoded.map(({ severity }) => severity)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it("DG-03 keeps indices and versions that no double can hold", async () => {
    const [diagnostic] = encodeDiagnostics(
      [{ severity: "error", summary: "x", detail: "", path: [{ attribute: "a" }, { index: 2 ** 53 }] }],
      createRedactor(),
    );
    expect(diagnostic?.attribute?.steps?.[1]).toEqual({ elementKeyInt: 9007199254740992n });
    const { diagnostics } = await fixture().client.call("UpgradeResourceState", {
      typeName: "fixture_thing",
      version: "9007199254740993",
      rawState: { json: Buffer.from("{}") },
    });
    expect(diagnostics).toMatchObject([{ summary: "Unable to Upgrade Resource State" }]);
  });
});

const ACCEPTED =
  "0 +0 -0 5m 1h30m 30m1h 1h1h 300ms 1.5h .5s 1.s -1.5h +5m 00005m 1ms1us1ns 0.0000000001s 1.5ns 1µs 1μs " +
  "2562047h47m16.854775807s -9223372036854775808ns 1.99999999999999999999s";
const REFUSED: readonly (readonly [string, string])[] = [
  ["", 'invalid duration ""'],
  ["5", 'missing unit in duration "5"'],
  ["1.", 'missing unit in duration "1."'],
  [".s", 'invalid duration ".s"'],
  ["s", 'invalid duration "s"'],
  ["-", 'invalid duration "-"'],
  [" 5m", 'invalid duration " 5m"'],
  ["5m ", 'unknown unit "m " in duration "5m "'],
  ["5 m", 'unknown unit " m" in duration "5 m"'],
  ["5M", 'unknown unit "M" in duration "5M"'],
  ["1d", 'unknown unit "d" in duration "1d"'],
  ["1w", 'unknown unit "w" in duration "1w"'],
  ["1y", 'unknown unit "y" in duration "1y"'],
  ["5min", 'unknown unit "min" in duration "5min"'],
  ["5sec", 'unknown unit "sec" in duration "5sec"'],
  ["1hour", 'unknown unit "hour" in duration "1hour"'],
  ["1e3s", 'unknown unit "e" in duration "1e3s"'],
  ["1_000s", 'unknown unit "_" in duration "1_000s"'],
  ["--5m", 'invalid duration "--5m"'],
  ["+-5m", 'invalid duration "+-5m"'],
  ["1h-30m", 'unknown unit "h-" in duration "1h-30m"'],
  ["1h,30m", 'unknown unit "h," in duration "1h,30m"'],
  ["９m", 'invalid duration "'],
  ["9223372036854775808ns", 'invalid duration "9223372036854775808ns"'],
];

describe("a duration in timeouts", () => {
  const validate = (create: string) =>
    fixture().core.validate(TYPE, { name: "n", timeouts: { create } }, "validate");

  it.each(ACCEPTED.split(" "))("DU-01 may be %s", async (given) => {
    expect(await validate(given)).toEqual([]);
  });

  it.each(REFUSED)("DU-01 may not be %j, in Go's words", async (given, message) => {
    const failure = await validate(given).catch((error: unknown) => error);
    if (!(failure instanceof ProviderErrors)) throw new Error(`${given} was accepted`);
    expect(failure.diagnostics).toMatchObject([{ summary: "Invalid Attribute Value Time Duration" }]);
    expect(failure.diagnostics[0]?.detail).toContain(message);
  });
});
