import { describe, expect, it } from "vitest";
import { formatPath } from "../../../src/framework/path.ts";
import {
  listNestedAttribute,
  mapNestedAttribute,
  type Schema,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringListAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { validateConfig } from "../../../src/framework/validate.ts";
import { eachElement, oneOf } from "../../../src/framework/validators.ts";
import { type ObjectValue, UNKNOWN } from "../../../src/framework/value.ts";

const word = () => ({ w: stringAttribute({ optional: true, validators: [oneOf("ok")] }) });
const schema: Schema = {
  attributes: {
    name: stringAttribute({ required: true, validators: [oneOf("ok")] }),
    id: stringAttribute({ computed: true }),
    old: stringAttribute({ optional: true, deprecated: "Use name." }),
    secret: stringAttribute({ optional: true, writeOnly: true }),
    words: stringListAttribute({ optional: true, validators: [eachElement(oneOf("ok"))] }),
    one: singleNestedAttribute(word(), { optional: true }),
    list: listNestedAttribute(word(), { optional: true }),
    map: mapNestedAttribute(word(), { optional: true }),
    set: setNestedAttribute(word(), { optional: true }),
    timeouts: timeoutsAttribute("create", "delete"),
  },
  blocks: {
    rule: {
      nature: "block",
      mode: "list",
      block: { attributes: { port: stringAttribute({ required: true }) } },
    },
  },
};

const nothing: ObjectValue = {
  ...Object.fromEntries(Object.keys(schema.attributes).map((name) => [name, null])),
  rule: [],
};

const findings = (config: ObjectValue, writeOnlyAllowed = true, of: Schema = schema) =>
  validateConfig(of, { ...nothing, name: "ok", ...config }, { writeOnlyAllowed }).map(
    ({ severity, summary, path }) => `${severity}: ${summary} at ${formatPath(path ?? [])}`,
  );

const invalid = (at: string) => `error: Invalid Attribute Value at ${at}`;

describe("validation", () => {
  it("finds nothing wrong with a valid configuration", () => {
    expect(findings({})).toEqual([]);
    expect(
      findings({
        one: { w: "ok" },
        list: [{ w: null }],
        map: new Map([["a", { w: "ok" }]]),
        rule: [{ port: "1" }],
      }),
    ).toEqual([]);
  });

  it("reports missing required attributes, at any depth", () => {
    expect(findings({ name: null, rule: [{ port: "1" }, { port: null }] })).toEqual([
      "error: Missing Configuration for Required Attribute at name",
      "error: Missing Configuration for Required Attribute at rule[1].port",
    ]);
  });

  it.each(["x", UNKNOWN])("refuses a value for what the provider sets: %j", (id) => {
    expect(findings({ id })).toEqual(["error: Invalid Configuration for Read-Only Attribute at id"]);
  });

  it("accepts everything unknown", () => {
    const names = Object.keys(schema.attributes).filter((name) => name !== "id");
    expect(findings({ ...Object.fromEntries(names.map((name) => [name, UNKNOWN])), rule: UNKNOWN })).toEqual(
      [],
    );
    expect(findings({ words: ["ok", UNKNOWN], list: [UNKNOWN, { w: UNKNOWN }] })).toEqual([]);
  });

  it("reports all findings at once, each at its place", () => {
    const bad = { w: "bad" };
    expect(
      findings({
        name: "bad",
        words: ["bad"],
        one: bad,
        list: [{ w: "ok" }, bad],
        map: new Map([["k", bad]]),
        set: [bad],
      }),
    ).toEqual([
      invalid("name"),
      invalid("words[*]"),
      invalid("one.w"),
      invalid("list[1].w"),
      invalid('map["k"].w'),
      invalid("set[*].w"),
    ]);
  });

  it("warns once of what is deprecated, when it is set and known", () => {
    expect(findings({ old: "x" })).toEqual(["warning: Attribute Deprecated at old"]);
    expect(findings({ old: UNKNOWN })).toEqual([]);
    expect(findings({ old: null })).toEqual([]);
    expect(findings({}, true, { ...schema, deprecated: "Use another." })).toEqual([
      "warning: Deprecated at ",
    ]);
  });

  it("refuses write-only values where Terraform cannot handle them", () => {
    expect(findings({ secret: "x" }, false)).toEqual(["error: WriteOnly Attribute Not Allowed at secret"]);
    expect(findings({ secret: "x" }, true)).toEqual([]);
    expect(findings({ secret: null }, false)).toEqual([]);
  });

  it.each(["5", "1 h", "", "1d"])("refuses %j as a timeout", (create) => {
    expect(findings({ timeouts: { create, delete: null } })).toEqual([
      "error: Invalid Attribute Value Time Duration at timeouts.create",
    ]);
  });

  it.each(["5m", "0s", "-1m", null, UNKNOWN])("accepts %j as a timeout", (create) => {
    expect(findings({ timeouts: { create, delete: null } })).toEqual([]);
  });
});
