import { describe, expect, it } from "vitest";
import { parseNumber } from "../../../src/framework/decimal.ts";
import { addressablePath, attributePath, formatPath } from "../../../src/framework/path.ts";
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
import {
  containsUnknown,
  couldBecome,
  DynamicValue,
  equalTypes,
  equalValues,
  pairAll,
  pairUp,
  UNKNOWN,
  Unknown,
  unknownsToNull,
  type Value,
} from "../../../src/framework/value.ts";

const PAIR = objectOf({ id: STRING, size: NUMBER });
const dynamic = (value: Value, type: Type = STRING) => new DynamicValue(type, value);

describe("equal values", () => {
  const refined = new Unknown(Uint8Array.of(0x81, 1, 0xc2));
  it.each<[string, Type, Value, Value]>([
    ["texts", STRING, "a", "a"],
    ["numbers in two forms", NUMBER, 0.1, parseNumber("0.10")],
    ["unknowns, whatever is promised of them", STRING, UNKNOWN, refined],
    ["sets in two orders", setOf(NUMBER), [1, 2, 3], [3, 1, 2]],
    ["sets with duplicates", setOf(STRING), ["a", "a", "b"], ["b", "a"]],
    [
      "sets of objects",
      setOf(PAIR),
      [
        { id: "a", size: 1 },
        { id: "b", size: UNKNOWN },
      ],
      [
        { id: "b", size: UNKNOWN },
        { id: "a", size: 1n },
      ],
    ],
    [
      "maps in two orders",
      mapOf(BOOL),
      new Map([
        ["a", true],
        ["b", false],
      ]),
      new Map([
        ["b", false],
        ["a", true],
      ]),
    ],
    ["objects, where missing is null", PAIR, { id: "a", size: null }, { id: "a" }],
    ["tuples", tupleOf([STRING, NUMBER]), ["a", 1], ["a", 1n]],
    ["dynamic values of one type", DYNAMIC, dynamic("a"), dynamic("a")],
  ])("%s", (_what, type, a, b) => {
    expect(equalValues(a, b, type)).toBe(true);
    expect(equalValues(b, a, type)).toBe(true);
  });
});

describe("different values", () => {
  it.each<[string, Type, Value, Value]>([
    ["null and empty", STRING, null, ""],
    ["unknown and null", STRING, UNKNOWN, null],
    ["lists in two orders", listOf(STRING), ["a", "b"], ["b", "a"]],
    ["sets of one size", setOf(STRING), ["a", "a"], ["a", "b"]],
    ["sets with one unknown and two", setOf(STRING), [UNKNOWN, UNKNOWN], [UNKNOWN]],
    ["maps with other keys", mapOf(BOOL), new Map([["a", null]]), new Map([["b", null]])],
    ["dynamic values of two types", DYNAMIC, dynamic("1"), dynamic(1, NUMBER)],
    ["tuples of two lengths", tupleOf([STRING]), ["a"], []],
  ])("%s", (_what, type, a, b) => {
    expect(equalValues(a, b, type)).toBe(false);
    expect(equalValues(b, a, type)).toBe(false);
  });
});

describe("a planned value", () => {
  it.each<[string, Type, Value, Value, boolean]>([
    ["an unknown becomes anything", STRING, UNKNOWN, null, true],
    ["a known one stays", STRING, "a", "b", false],
    ["an object fills in", PAIR, { id: UNKNOWN, size: 1 }, { id: "x", size: 1 }, true],
    ["an object keeps the rest", PAIR, { id: UNKNOWN, size: 1 }, { id: "x", size: 2 }, false],
    ["a list keeps its length", listOf(STRING), [UNKNOWN], ["a", "b"], false],
    ["a map keeps its keys", mapOf(STRING), new Map([["a", UNKNOWN]]), new Map([["b", "x"]]), false],
    [
      "a set finds a partner for each",
      setOf(PAIR),
      [
        { id: UNKNOWN, size: UNKNOWN },
        { id: "a", size: UNKNOWN },
      ],
      [
        { id: "a", size: 1 },
        { id: "b", size: 2 },
      ],
      true,
    ],
    ["a set finds none", setOf(PAIR), [{ id: "c", size: UNKNOWN }], [{ id: "a", size: 1 }], false],
    ["a tuple fills in", tupleOf([STRING, NUMBER]), [UNKNOWN, 1], ["a", 1], true],
    ["a dynamic value keeps its type", DYNAMIC, dynamic(UNKNOWN), dynamic(1, NUMBER), false],
    ["a dynamic value fills in", DYNAMIC, dynamic(UNKNOWN), dynamic("a"), true],
  ])("%s", (_what, type, planned, actual, could) => {
    expect(couldBecome(planned, actual, type)).toBe(could);
  });
});

describe("pairs", () => {
  it("are as many as there can be, even when the first choice has to be given up", () => {
    const likes: Readonly<Record<string, readonly number[]>> = { a: [1, 2], b: [1], c: [2, 3] };
    expect(
      pairUp(["a", "b", "c"], [1, 2, 3], (left, right) => likes[left]?.includes(right) ?? false),
    ).toEqual([2, 1, 3]);
  });

  it("leave no element without a partner while one is left", () => {
    expect(pairUp([1, 2, 3], [3, 9], (a, b) => a === b)).toEqual([undefined, undefined, 3]);
    expect(pairAll([1, 2, 3], [3, 9], (a, b) => a === b)).toEqual([9, undefined, 3]);
  });
});

describe("unknown parts", () => {
  const value = { list: [UNKNOWN, "a"], map: new Map([["k", UNKNOWN]]), any: dynamic(UNKNOWN), number: 1 };

  it("are found at any depth", () => {
    for (const part of Object.values(value).slice(0, 3)) expect(containsUnknown(part)).toBe(true);
    expect(containsUnknown(["a", 1n, parseNumber("0.1"), null, { a: true }])).toBe(false);
  });

  it("become null", () => {
    expect(unknownsToNull(value)).toEqual({
      list: [null, "a"],
      map: new Map([["k", null]]),
      any: dynamic(null),
      number: 1,
    });
  });
});

describe("types", () => {
  it("are equal by their structure", () => {
    const all = [
      STRING,
      NUMBER,
      BOOL,
      DYNAMIC,
      listOf(STRING),
      setOf(STRING),
      mapOf(STRING),
      tupleOf([STRING]),
      tupleOf([]),
      PAIR,
      objectOf({ id: STRING }),
    ];
    for (const a of all) {
      expect(all.filter((b) => equalTypes(a, structuredClone(b)))).toEqual([a]);
    }
  });
});

describe("a path", () => {
  const path = [
    { attribute: "disks" },
    { index: 0 },
    { attribute: "tags" },
    { key: 'a"b' },
    { attribute: "members" },
    { setElement: 2 },
    { attribute: "id" },
  ];

  it("reads as Terraform writes it", () => {
    expect(formatPath(path)).toBe('disks[0].tags["a\\"b"].members[*].id');
    expect(formatPath(attributePath("timeouts", "create"))).toBe("timeouts.create");
    expect(formatPath([])).toBe("");
  });

  it("can be addressed up to the first set", () => {
    expect(addressablePath(path)).toEqual(path.slice(0, 5));
    expect(addressablePath(path.slice(0, 4))).toEqual(path.slice(0, 4));
  });
});
