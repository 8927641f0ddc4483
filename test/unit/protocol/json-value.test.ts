import { describe, expect, it } from "vitest";
import { Decimal } from "../../../src/framework/decimal.ts";
import { stringAttribute } from "../../../src/framework/schema.ts";
import {
  BOOL,
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
import { DynamicValue, type Value } from "../../../src/framework/value.ts";
import { CodecError } from "../../../src/protocol/codec-error.ts";
import { parseType, typeToJson } from "../../../src/protocol/cty-type.ts";
import { parseStoredJson, valueFromJson } from "../../../src/protocol/json-value.ts";
import { MAX_DEPTH } from "../../../src/protocol/limits.ts";
import { storedState } from "../../../src/protocol/stored-state.ts";

const read = (type: Type, json: string, extra: "ignore" | "refuse" = "ignore") =>
  valueFromJson(type, parseStoredJson(Buffer.from(json)), { extra });

describe("stored JSON", () => {
  it.each<[Type, string, Value]>([
    [STRING, '"a"', "a"],
    [STRING, '"e\\u0301 \\ud800"', "\u00e9 \ufffd"],
    [STRING, "5", "5"],
    [STRING, "1.50", "1.50"],
    [STRING, "true", "true"],
    [BOOL, "false", false],
    [BOOL, '"true"', true],
    [NUMBER, "9007199254740993", 9007199254740993n],
    [NUMBER, "0.1", 0.1],
    [NUMBER, "0.12345678901234567891", new Decimal("0.12345678901234567891")],
    [NUMBER, "1e30", 10n ** 30n],
    [NUMBER, "-1.0E+2", -100],
    [NUMBER, '"5"', 5],
    [listOf(NUMBER), " [ 1 ,\n 2.0 ] ", [1, 2]],
    [setOf(STRING), '["b","a"]', ["b", "a"]],
    [tupleOf([STRING, NUMBER]), '["a",1]', ["a", 1]],
    [
      mapOf(STRING),
      '{"__proto__":"x","a\\"5":"9.0"}',
      new Map([
        ["__proto__", "x"],
        ['a"5', "9.0"],
      ]),
    ],
    [DYNAMIC, '{"type":["list","number"],"value":[1.0]}', new DynamicValue(listOf(NUMBER), [1])],
    [DYNAMIC, "null", null],
    [objectOf({ a: STRING }), "null", null],
  ])("is read by its type (%#)", (type, json, value) => {
    expect(read(type, json)).toEqual(value);
  });

  it("lets attributes be missing, and names of JavaScript be names", () => {
    const type = objectOf({ a: STRING, constructor: STRING });
    expect({ ...(read(type, '{"a":"x"}') as object) }).toEqual({ a: "x", constructor: null });
  });

  it("ignores attributes that no longer exist, or refuses them", () => {
    expect({ ...(read(objectOf({ a: STRING }), '{"a":"x","old":1}') as object) }).toEqual({ a: "x" });
    expect(() => read(objectOf({ a: STRING }), '{"a":"x","old":1}', "refuse")).toThrow(
      'unsupported attribute "old"',
    );
  });

  it.each<[Type, string]>([
    [STRING, "{}"],
    [BOOL, '"yes"'],
    [BOOL, "1"],
    [NUMBER, '""'],
    [NUMBER, '"0x1"'],
    [NUMBER, "true"],
    [listOf(STRING), "{}"],
    [tupleOf([STRING]), "[]"],
    [mapOf(STRING), "[]"],
    [objectOf({}), '"a"'],
    [DYNAMIC, '"bare"'],
    [DYNAMIC, '{"value":1}'],
    [STRING, ""],
    [STRING, "nul"],
    [NUMBER, "01"],
    [STRING, '"open'],
    [STRING, '"a" "b"'],
    [NUMBER, "1e999999999"],
  ])("is refused with a CodecError where it does not fit (%#)", (type, json) => {
    expect(() => read(type, json)).toThrow(CodecError);
  });

  it("is refused when it is nested too deep", () => {
    let type: Type = STRING;
    for (let depth = 0; depth <= MAX_DEPTH + 1; depth++) type = listOf(type);
    expect(() => read(type, `${"[".repeat(MAX_DEPTH + 2)}${"]".repeat(MAX_DEPTH + 2)}`)).toThrow(CodecError);
  });

  it("says where the error is", () => {
    expect(() => read(listOf(objectOf({ a: BOOL })), '[{"a":true},{"a":2}]')).toThrow(
      "[1].a: bool is required",
    );
  });
});

describe("a stored state", () => {
  const schema = { attributes: { a: stringAttribute({ optional: true }) } };
  it("is an object, decoded or as it is", () => {
    const state = storedState(schema, 3, Buffer.from('{"a":"x","n":1.50}'));
    expect({ ...state.decode() }).toEqual({ a: "x" });
    expect([state.version, state.raw()]).toEqual([3, { a: "x", n: "1.50" }]);
    for (const json of ["null", "[]", '"a"']) {
      expect(() => storedState(schema, 0, Buffer.from(json)).decode()).toThrow("an object is required");
    }
  });
});

describe("a type", () => {
  const TYPES = [
    '"string"',
    '"number"',
    '"bool"',
    '"dynamic"',
    '["list","string"]',
    '["set",["map","number"]]',
    '["tuple",["string",["tuple",[]]]]',
    '["object",{"a":"bool","b":["object",{}]}]',
  ];
  it.each(TYPES)("%s comes back as it was", (text) => {
    expect(JSON.stringify(typeToJson(parseType(text)))).toBe(text);
  });

  it("is compact and sorted, and leaves out which attributes are optional", () => {
    expect(JSON.stringify(typeToJson(parseType(' [ "object" , {"b":"bool","a":"string"}, ["b"] ]')))).toBe(
      '["object",{"a":"string","b":"bool"}]',
    );
  });

  it.each([
    "",
    "string",
    '"text"',
    "[]",
    '["list"]',
    '["list","string"',
    '["tuple","string"]',
    '["object",null]',
    '["object",{"a":1}]',
    "{}",
    "5",
    "[".repeat(100_000),
  ])("%j is not one", (text) => {
    expect(() => parseType(text)).toThrow(CodecError);
  });

  it("is refused when it is nested too deep", () => {
    const nested = (depth: number) => `${'["list",'.repeat(depth)}"string"${"]".repeat(depth)}`;
    expect(parseType(nested(MAX_DEPTH))).toBeDefined();
    expect(() => parseType(nested(MAX_DEPTH + 1))).toThrow(CodecError);
  });
});
