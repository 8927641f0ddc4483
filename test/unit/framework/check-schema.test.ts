import { describe, expect, it } from "vitest";
import { checkProvider } from "../../../src/framework/check-schema.ts";
import type {
  AnyDataSource,
  AnyListResource,
  AnyResource,
  Provider,
} from "../../../src/framework/provider.ts";
import {
  type Attributes,
  dynamicAttribute,
  listNestedAttribute,
  mapNestedAttribute,
  type NestedBlock,
  type Schema,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  typedAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { DYNAMIC, listOf, mapOf, STRING } from "../../../src/framework/type.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";

function providerWith(schema: Schema, typeName = "test_thing"): Provider<unknown> {
  const resource = { schema, defaultTimeouts: {} } as unknown as AnyResource<unknown>;
  return {
    name: "test",
    schema: { attributes: {} },
    resources: { [typeName]: resource },
    dataSources: {},
    configure: async () => undefined,
  };
}

const text = stringAttribute({ optional: true });
const anything = dynamicAttribute({ optional: true });
const secret = stringAttribute({ optional: true, writeOnly: true });
const block = (mode: NestedBlock["mode"], attributes: Attributes, items: object = {}): Schema => ({
  attributes: {},
  blocks: { rule: { nature: "block", mode, block: { attributes }, ...items } },
});

describe("the real provider", () => {
  it("breaks no rule", () => {
    expect(() => checkProvider(createKakaoCloudProvider("0.0.0", {}))).not.toThrow();
  });
});

describe("a valid schema", () => {
  it.each<[string, Schema]>([
    [
      "of every kind",
      {
        attributes: {
          a: text,
          b: singleNestedAttribute({ c: anything, d: secret }, { required: true }),
          timeouts: timeoutsAttribute("create"),
        },
      },
    ],
    [
      "with a default",
      { attributes: { a: stringAttribute({ optional: true, computed: true, default: "x" }) } },
    ],
    ["with a required single block", block("single", { a: text }, { minItems: 1, maxItems: 1 })],
    ["with a list block without a maximum", block("list", { a: text, b: secret }, { minItems: 2 })],
    ["with a meta-argument inside a block", block("list", { count: text })],
  ])("%s passes", (_what, schema) => {
    expect(() => checkProvider(providerWith(schema))).not.toThrow();
  });
});

describe("an invalid schema", () => {
  it.each<[string, Attributes, string]>([
    ["no flag", { a: stringAttribute({}) }, "a must be required, optional or computed"],
    [
      "required and optional",
      { a: stringAttribute({ required: true, optional: true }) },
      "a cannot be both required and optional",
    ],
    [
      "required and computed",
      { a: stringAttribute({ required: true, computed: true }) },
      "a cannot be both required and computed",
    ],
    [
      "write-only and computed",
      { a: stringAttribute({ writeOnly: true, computed: true }) },
      "a cannot be both write-only and computed",
    ],
    [
      "a default on what is only optional",
      { a: stringAttribute({ optional: true, default: "x" }) },
      "a has a default, so it must be optional and computed",
    ],
    [
      "an empty deprecation",
      { a: stringAttribute({ optional: true, deprecated: "" }) },
      "a is deprecated without",
    ],
    ["upper case", { Name: text }, "Name must begin with a lower-case letter"],
    ["a leading digit", { "1a": text }, "1a must begin"],
    ["a hyphen", { "a-b": text }, "a-b must begin"],
    ["a JavaScript name", { constructor: text } as Attributes, "constructor is a name that cannot be used"],
    [
      "a broken member",
      {
        a: listNestedAttribute(
          { b: singleNestedAttribute({ C: text }, { optional: true }) },
          { optional: true },
        ),
      },
      "a.b.C must begin",
    ],
    [
      "a dynamic member of a list",
      { a: listNestedAttribute({ b: anything }, { optional: true }) },
      "a is a list, which cannot hold dynamic values",
    ],
    [
      "a dynamic member of a map",
      { a: mapNestedAttribute({ b: anything }, { optional: true }) },
      "a is a map, which cannot hold dynamic values",
    ],
    [
      "a dynamic member of a set, deeper",
      {
        a: setNestedAttribute(
          { b: singleNestedAttribute({ c: anything }, { optional: true }) },
          { optional: true },
        ),
      },
      "a is a set, which cannot hold dynamic values",
    ],
    [
      "a list of dynamic values",
      { a: typedAttribute(listOf(DYNAMIC), { optional: true }) },
      "a is a list, which cannot hold dynamic values",
    ],
    [
      "a write-only member of a set",
      { a: setNestedAttribute({ b: secret }, { optional: true }) },
      "a is a set, which cannot hold write-only attributes",
    ],
    ...["count", "for_each", "provider", "lifecycle", "depends_on", "connection", "provisioner"].map(
      (name): [string, Attributes, string] => [
        `the reserved name ${name}`,
        { [name]: text },
        `${name} is reserved by Terraform`,
      ],
    ),
  ])("with %s is named with its resource", (_what, attributes, problem) => {
    expect(() => checkProvider(providerWith({ attributes }))).toThrow(`resource test_thing: ${problem}`);
  });

  it.each<[string, Schema, string]>([
    [
      "one name for two things",
      {
        attributes: { rule: text },
        blocks: { rule: { nature: "block", mode: "list", block: { attributes: {} } } },
      },
      "rule is both an attribute and a block",
    ],
    [
      "a reserved block",
      { attributes: {}, blocks: { lifecycle: { nature: "block", mode: "list", block: { attributes: {} } } } },
      "lifecycle is reserved",
    ],
    [
      "an upper-case block",
      { attributes: {}, blocks: { Rule: { nature: "block", mode: "list", block: { attributes: {} } } } },
      "Rule must begin",
    ],
    [
      "a single block of two counts",
      block("single", {}, { minItems: 0, maxItems: 1 }),
      "rule is a single block",
    ],
    [
      "a single block of more than one",
      block("single", {}, { minItems: 2, maxItems: 2 }),
      "rule is a single block",
    ],
    ["a counted map block", block("map", {}, { maxItems: 1 }), "rule is a map block"],
    ["a counted group block", block("group", {}, { minItems: 1 }), "rule is a group block"],
    [
      "a minimum above the maximum",
      block("list", {}, { minItems: 3, maxItems: 2 }),
      "rule has a minItems that exceeds",
    ],
    ["a negative count", block("list", {}, { minItems: -1 }), "rule cannot have fewer"],
    [
      "a dynamic member of a list block",
      block("list", { a: anything }),
      "rule is a list, which cannot hold dynamic",
    ],
    [
      "a write-only member of a set block",
      block("set", { a: secret }),
      "rule is a set, which cannot hold write-only",
    ],
    ["a broken attribute in a block", block("list", { a: stringAttribute({}) }), "rule.a must be"],
    ["a negative version", { attributes: {}, version: -1 }, "version -1"],
  ])("with %s is named with its resource", (_what, schema, problem) => {
    expect(() => checkProvider(providerWith(schema))).toThrow(`resource test_thing: ${problem}`);
  });

  it("is found in the provider's own block and in data sources too", () => {
    const provider = providerWith({ attributes: {} });
    expect(() => checkProvider({ ...provider, schema: { attributes: { alias: text } } })).toThrow(
      "provider test: alias is reserved",
    );
    const dataSource = {
      schema: { attributes: { a: secret } },
      defaultTimeouts: {},
    } as unknown as AnyDataSource<unknown>;
    expect(() => checkProvider({ ...provider, dataSources: { test_thing: dataSource } })).toThrow(
      "data source test_thing: a data source cannot have write-only attributes",
    );
  });

  it.each(["other_thing", "test_Thing", "test"])("cannot be of type %s", (typeName) => {
    expect(() => checkProvider(providerWith({ attributes: {} }, typeName))).toThrow(typeName);
  });
});

describe("an identity", () => {
  const withIdentity = (attributes: Attributes): Provider<unknown> => {
    const provider = providerWith({ attributes: { a: text } });
    const resource = { ...provider.resources.test_thing, identity: { schema: { attributes } } };
    return { ...provider, resources: { test_thing: resource as unknown as AnyResource<unknown> } };
  };
  const id = stringAttribute({ required: true });

  it("may hold primitives and lists of them", () => {
    const places = typedAttribute(listOf(STRING), { optional: true });
    expect(() => checkProvider(withIdentity({ id, places }))).not.toThrow();
  });

  it.each<[string, Attributes, RegExp]>([
    ["identifies nothing", { a: text }, /at least one attribute must be required/],
    [
      "holds a map",
      { id, m: typedAttribute(mapOf(STRING), { optional: true }) },
      /must be a primitive or a list/,
    ],
    ["is computed", { id, a: stringAttribute({ computed: true }) }, /must be required or optional/],
    ["has a name that cannot be written", { id, Region: text }, /must begin with a lower-case letter/],
  ])("that %s is refused", (_title, attributes, problem) => {
    expect(() => checkProvider(withIdentity(attributes))).toThrow(problem);
  });

  it("must be there for what is listed", () => {
    const provider = providerWith({ attributes: { a: text } });
    const listed = { schema: { attributes: {} } } as unknown as AnyListResource<unknown>;
    expect(() => checkProvider({ ...provider, listResources: { test_thing: listed } })).toThrow(
      "no resource of this type with an identity",
    );
  });
});
