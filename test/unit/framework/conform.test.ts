import { describe, expect, it } from "vitest";
import { conformState, keepPlanned } from "../../../src/framework/conform.ts";
import { Decimal } from "../../../src/framework/decimal.ts";
import {
  boolAttribute,
  dynamicAttribute,
  integerAttribute,
  listNestedAttribute,
  type Schema,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringListAttribute,
  stringMapAttribute,
  stringSetAttribute,
  typedAttribute,
} from "../../../src/framework/schema.ts";
import { NUMBER, STRING, tupleOf } from "../../../src/framework/type.ts";
import { DynamicValue, type ObjectValue, UNKNOWN, type Value } from "../../../src/framework/value.ts";

const optional = { optional: true } as const;
const item = { name: stringAttribute(optional), id: stringAttribute(optional) };
const schema: Schema = {
  attributes: {
    text: stringAttribute(optional),
    flag: boolAttribute(optional),
    count: integerAttribute(optional),
    any: dynamicAttribute(optional),
    list: stringListAttribute(optional),
    set: stringSetAttribute(optional),
    map: stringMapAttribute(optional),
    pair: typedAttribute(tupleOf([STRING, NUMBER]), optional),
    secret: stringAttribute({ optional: true, writeOnly: true }),
    one: singleNestedAttribute(
      { ...item, secret: stringAttribute({ optional: true, writeOnly: true }) },
      optional,
    ),
    items: listNestedAttribute(item, optional),
    members: setNestedAttribute(item, optional),
  },
  blocks: {
    rules: {
      nature: "block",
      mode: "list",
      block: {
        attributes: item,
        blocks: { deep: { nature: "block", mode: "set", block: { attributes: item } } },
      },
    },
    tags: { nature: "block", mode: "map", block: { attributes: item } },
    single: { nature: "block", mode: "single", block: { attributes: item } },
    group: { nature: "block", mode: "group", block: { attributes: item } },
  },
};
const nothing: ObjectValue = {
  ...Object.fromEntries(Object.keys(schema.attributes).map((name) => [name, null])),
  rules: [],
  tags: new Map(),
  single: null,
  group: { name: null, id: null },
};

const conformed = (state: object) => conformState(schema, state);

describe("a state that conforms to its schema", () => {
  it("has every attribute and no other, with blocks empty, never null", () => {
    expect(conformed({})).toEqual({ value: nothing, problems: [] });
    expect(conformed({ surplus: 1 })).toEqual({ value: nothing, problems: ["surplus is not in the schema"] });
    expect(conformed({ rules: [{ name: "a" }] }).value.rules).toEqual([{ name: "a", id: null, deep: [] }]);
  });

  it("has nothing unknown in it and nothing write-only, at any depth", () => {
    const given = {
      text: UNKNOWN,
      list: ["a", UNKNOWN],
      secret: "s",
      one: { name: UNKNOWN, secret: "s" },
      items: [{ id: UNKNOWN }],
    };
    expect(conformed(given)).toEqual({
      value: {
        ...nothing,
        list: ["a", null],
        one: { name: null, id: null, secret: null },
        items: [{ name: null, id: null }],
      },
      problems: [],
    });
  });

  it.each<[string, unknown, string]>([
    ["text", 5, "text is not a valid string"],
    ["flag", "true", "flag is not a valid bool"],
    ["count", "5", "count is not a valid number"],
    ["count", Number.NaN, "count is not a valid number"],
    ["count", Number.POSITIVE_INFINITY, "count is not a valid number"],
    ["count", new Decimal("many"), "count is not a valid number"],
    ["any", "bare", "any is not a valid dynamic"],
    ["list", "a", "list is not a valid list"],
    ["map", { a: "b" }, "map is not a valid map"],
    ["map", new Map([[1, "b"]]), "map is not a valid map"],
    ["pair", ["a"], "pair is not a valid tuple"],
    ["one", [], "one is not a valid object"],
    ["items", [null, { name: 1 }], "items[1].name is not a valid string"],
  ])("drops %s = %j, and reports it", (name, value, problem) => {
    const { value: legal, problems } = conformed({ [name]: value });
    expect(problems).toEqual([problem]);
    if (name !== "items") expect(legal).toEqual(nothing);
  });

  it("keeps valid values as they are", () => {
    const given = {
      text: "t",
      flag: false,
      count: 10n ** 400n,
      any: new DynamicValue(STRING, "x"),
      list: ["b", "a"],
      set: ["a"],
      map: new Map([["k", "v"]]),
      pair: ["a", 1],
    };
    expect(conformed(given)).toEqual({ value: { ...nothing, ...given }, problems: [] });
  });
});

describe("a long list of objects", () => {
  const listed: Schema = { attributes: { items: listNestedAttribute(item, optional) } };
  const whole = { name: "a", id: "1" };

  it("is not copied where it conforms", () => {
    const items = [whole, { name: null, id: "2" }];
    expect(conformState(listed, { items }).value.items).toBe(items);
  });

  it.each<[string, object, object]>([
    ["lacks an attribute", { name: "b" }, { name: "b", id: null }],
    ["has one too many", { name: "b", id: "2", surplus: 1 }, { name: "b", id: "2" }],
    ["has one that is not known", { name: UNKNOWN, id: "2" }, { name: null, id: "2" }],
  ])("is completed where an object %s, and the others are not copied", (_what, given, expected) => {
    const { value, problems } = conformState(listed, { items: [whole, given] });
    expect(value.items).toEqual([whole, expected]);
    expect((value.items as readonly unknown[])[0]).toBe(whole);
    expect(problems).toEqual([]);
  });
});

describe("a result compared with its plan", () => {
  const kept = (planned: ObjectValue, result: ObjectValue) => {
    const output = keepPlanned(schema, { ...nothing, ...planned }, { ...nothing, ...result });
    const names = Object.keys(planned);
    return {
      value: Object.fromEntries(names.map((name) => [name, output.value[name]])),
      differing: output.differing,
    };
  };
  const a = { name: "a", id: UNKNOWN };
  const b = { name: "b", id: UNKNOWN };

  it.each<[string, Value, Value, Value, string[]]>([
    ["text", UNKNOWN, "x", "x", []],
    ["text", "planned", "other", "planned", ["text"]],
    ["text", null, "other", null, ["text"]],
    ["set", ["a", "b"], ["b", "a"], ["a", "b"], []],
    ["list", ["a", UNKNOWN], ["a", "x"], ["a", "x"], []],
    ["list", ["a", UNKNOWN], ["a"], ["a", null], ["list"]],
    ["list", ["a", UNKNOWN], null, ["a", null], ["list", "list[0]"]],
    [
      "map",
      new Map([["k", UNKNOWN]]),
      new Map([
        ["k", "v"],
        ["l", "w"],
      ]),
      new Map([["k", "v"]]),
      ["map"],
    ],
    [
      "one",
      { name: "a", id: UNKNOWN, secret: null },
      { name: "A", id: "1", secret: null },
      { name: "a", id: "1", secret: null },
      ["one.name"],
    ],
    [
      "items",
      [a, b],
      [
        { name: "a", id: "1" },
        { name: "b", id: "2" },
      ],
      [
        { name: "a", id: "1" },
        { name: "b", id: "2" },
      ],
      [],
    ],
    [
      "members",
      [a, b],
      [
        { name: "b", id: "2" },
        { name: "a", id: "1" },
      ],
      [
        { name: "a", id: "1" },
        { name: "b", id: "2" },
      ],
      [],
    ],
    [
      "members",
      [a, b],
      [
        { name: "B", id: "2" },
        { name: "a", id: "1" },
      ],
      [
        { name: "a", id: "1" },
        { name: "b", id: "2" },
      ],
      ["members[1].name"],
    ],
    [
      "any",
      new DynamicValue(STRING, UNKNOWN),
      new DynamicValue(STRING, "x"),
      new DynamicValue(STRING, "x"),
      [],
    ],
    [
      "any",
      new DynamicValue(STRING, UNKNOWN),
      new DynamicValue(NUMBER, 1),
      new DynamicValue(STRING, null),
      [],
    ],
    ["pair", ["a", UNKNOWN], ["b", 1], ["a", 1], ["pair[0]"]],
  ])("keeps what was planned: %s (%#)", (name, planned, result, value, differing) => {
    expect(kept({ [name]: planned }, { [name]: result })).toEqual({ value: { [name]: value }, differing });
  });
});
