import { describe, expect, it } from "vitest";
import { errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import { formatPath } from "../../../src/framework/path.ts";
import { planResourceChange } from "../../../src/framework/plan.ts";
import {
  type PlanModifier,
  requiresReplace,
  useStateForUnknown,
} from "../../../src/framework/plan-modifiers.ts";
import type { AnyResource } from "../../../src/framework/provider.ts";
import {
  type Attributes,
  listNestedAttribute,
  mapNestedAttribute,
  type Schema,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
} from "../../../src/framework/schema.ts";
import { type ObjectValue, UNKNOWN } from "../../../src/framework/value.ts";

const required = stringAttribute({ required: true });
const computed = stringAttribute({ computed: true });
const kept = stringAttribute({ computed: true, planModifiers: [useStateForUnknown] });
const both = stringAttribute({ optional: true, computed: true });
const fallback = stringAttribute({ optional: true, computed: true, default: "d" });
const secret = stringAttribute({ optional: true, writeOnly: true });
const replacing = stringAttribute({ optional: true, planModifiers: [requiresReplace] });

type Hook = NonNullable<AnyResource<never>["modifyPlan"]>;

function plan(
  schema: Schema | Attributes,
  prior: ObjectValue | null,
  config: ObjectValue | null,
  proposed: ObjectValue | null = config,
  modifyPlan?: Hook,
) {
  const resource = {
    schema: "attributes" in schema ? schema : { attributes: schema },
    ...(modifyPlan && { modifyPlan }),
  } as unknown as AnyResource<never>;
  const output = planResourceChange(resource, { prior, config, proposed });
  return { ...output, replaces: output.requiresReplace.map(formatPath) };
}

describe("planning, step by step", () => {
  it("begins with what Terraform proposes", () => {
    const { planned } = plan(
      { a: both, b: required },
      { a: "x", b: "y" },
      { a: null, b: "y" },
      { a: "x", b: "y" },
    );
    expect(planned).toEqual({ a: "x", b: "y" });
  });

  it("gives defaults where the configuration is null, at any depth, not where it is unknown", () => {
    const schema = {
      a: fallback,
      b: fallback,
      list: listNestedAttribute({ c: fallback }, { optional: true }),
    };
    const { planned } = plan(schema, null, { a: null, b: UNKNOWN, list: [{ c: null }, { c: "x" }] });
    expect(planned).toEqual({ a: "d", b: UNKNOWN, list: [{ c: "d" }, { c: "x" }] });
  });

  it("gives no defaults inside what the provider computed", () => {
    const schema = { map: mapNestedAttribute({ a: fallback }, { optional: true, computed: true }) };
    const prior = { map: new Map([["k", { a: "computed" }]]) };
    expect(plan(schema, prior, { map: null }, prior).planned).toEqual(prior);
  });

  it("drops write-only values, at any depth, and sees no change in them", () => {
    const schema = { s: secret, one: singleNestedAttribute({ s: secret }, { optional: true }), c: computed };
    const config = { s: "x", one: { s: "y" }, c: null };
    const prior = { s: null, one: { s: null }, c: "z" };
    expect(plan(schema, prior, config, { ...config, c: "z" }).planned).toEqual(prior);
  });

  it("marks computed attributes unknown on create, at any depth", () => {
    const schema: Schema = {
      attributes: {
        id: computed,
        list: listNestedAttribute({ n: required, c: computed, b: both }, { optional: true }),
      },
      blocks: { rule: { nature: "block", mode: "list", block: { attributes: { c: computed } } } },
    };
    const config = { id: null, list: [{ n: "1", c: null, b: "set" }], rule: [{ c: null }] };
    expect(plan(schema, null, config).planned).toEqual({
      id: UNKNOWN,
      list: [{ n: "1", c: UNKNOWN, b: "set" }],
      rule: [{ c: UNKNOWN }],
    });
  });

  it("marks them when anything changes, and nothing when nothing does", () => {
    const schema = { a: required, c: computed, d: fallback };
    const prior = { a: "1", c: "x", d: "d" };
    expect(plan(schema, prior, { a: "2", c: null, d: null }, { ...prior, a: "2" }).planned).toEqual({
      a: "2",
      c: UNKNOWN,
      d: "d",
    });
    expect(plan(schema, prior, { a: "1", c: null, d: null }, prior).planned).toEqual(prior);
  });

  it("marks what is computed as a whole", () => {
    const schema = { a: required, info: singleNestedAttribute({ c: computed }, { computed: true }) };
    expect(plan(schema, null, { a: "1", info: null }).planned).toEqual({ a: "1", info: UNKNOWN });
  });

  it("runs modifiers in their order, each on the outcome of the one before", () => {
    const append =
      (letter: string): PlanModifier =>
      ({ planned }) => ({ planned: `${planned}${letter}` });
    const a = stringAttribute({ optional: true, computed: true, planModifiers: [append("x"), append("y")] });
    expect(plan({ a }, null, { a: "_" }).planned).toEqual({ a: "_xy" });
  });

  it("does not mark again what a modifier changed", () => {
    const a = stringAttribute({
      optional: true,
      computed: true,
      planModifiers: [() => ({ planned: "changed" })],
    });
    const prior = { a: "1", c: "x" };
    expect(plan({ a, c: computed }, prior, { a: "1", c: null }, prior).planned).toEqual({
      a: "changed",
      c: "x",
    });
  });

  it("runs the resource's own plan last, except when a modifier failed", () => {
    const hook: Hook = ({ plan: p, prior }) => ({
      plan: { c: `${p?.a}${prior?.c}` },
      requiresReplace: [[{ attribute: "c" }]],
    });
    const prior = { a: "1", c: "x" };
    const config = { a: "2", c: null };
    const done = plan({ a: required, c: computed }, prior, config, config, hook);
    expect(done).toMatchObject({ planned: { a: "2", c: "2x" }, replaces: ["c"], diagnostics: [] });

    const refuse = stringAttribute({
      required: true,
      planModifiers: [() => ({ diagnostics: [errorDiagnostic("No", "no")] })],
    });
    const failed = plan({ a: refuse, c: computed }, prior, config, config, hook);
    expect(failed.diagnostics).toHaveLength(1);
    expect(failed.planned).toEqual({ a: "2", c: UNKNOWN });
  });

  it("leaves a destroy to the resource's own plan alone", () => {
    const seen: unknown[] = [];
    const hook: Hook = (request) => {
      seen.push(request);
      return { plan: { a: "back" }, requiresReplace: [[{ attribute: "a" }]] };
    };
    const prior = { a: "1" };
    expect(plan({ a: fallback }, prior, null, null, hook)).toMatchObject({ planned: null, replaces: [] });
    expect(seen).toEqual([{ config: null, plan: null, prior }]);
  });

  it("names what forces a replacement sorted and once, a set for everything in it, and nothing on create", () => {
    const set = setNestedAttribute({ key: required, r: replacing }, { optional: true });
    const list = listNestedAttribute({ r: replacing }, { optional: true });
    const hook: Hook = () => ({ requiresReplace: [[{ attribute: "z" }]] });
    const config = {
      z: "2",
      list: [{ r: "1" }, { r: "2" }],
      set: [
        { key: "a", r: "2" },
        { key: "b", r: "2" },
      ],
    };
    const prior = {
      z: "1",
      list: [{ r: "1" }, { r: "1" }],
      set: [
        { key: "a", r: "1" },
        { key: "b", r: "1" },
      ],
    };
    const schema = { z: replacing, list, set };
    expect(plan(schema, prior, config, config, hook).replaces).toEqual(["list[1].r", "set", "z"]);
    expect(plan(schema, null, config, config, hook).replaces).toEqual([]);
  });
});

describe("elements of a list", () => {
  const list = listNestedAttribute(
    { name: stringAttribute({ optional: true }), id: kept, b: both, secret },
    { optional: true },
  );
  const element = (name: unknown, id: unknown, more: ObjectValue = {}) =>
    ({ name, id, b: null, secret: null, ...more }) as ObjectValue;

  it("keep their computed values while nothing configured of them changes", () => {
    const prior = { list: [element("a", "1", { b: "x" }), element("b", "2", { b: "y" })] };
    const config = { list: [element("a", null), element("c", null)] };
    const proposed = { list: [element("a", "1", { b: "x" }), element("c", "2", { b: "y" })] };
    expect(plan({ list }, prior, config, proposed).planned).toEqual({
      list: [element("a", "1", { b: UNKNOWN }), element("c", UNKNOWN, { b: UNKNOWN })],
    });
  });

  it("are unknown while something configured of them is unknown", () => {
    const prior = { list: [element("a", "1", { b: "x" })] };
    const config = { list: [element(UNKNOWN, null)] };
    const { planned } = plan({ list }, prior, config, { list: [element(UNKNOWN, "1", { b: "x" })] });
    expect(planned).toEqual({ list: [element(UNKNOWN, UNKNOWN, { b: UNKNOWN })] });
  });

  it("keep their own configuration in spite of a dropped write-only value", () => {
    const config = { list: [element(null, null, { b: "set", secret: "s" }), element(null, null)] };
    expect(plan({ list }, null, config).planned).toEqual({
      list: [element(null, UNKNOWN, { b: "set" }), element(null, UNKNOWN, { b: UNKNOWN })],
    });
  });
});

describe("elements of a set", () => {
  const set = setNestedAttribute({ name: required, b: both, id: kept }, { optional: true });

  it("are paired with their configuration and prior state in any order", () => {
    const prior = {
      set: [
        { name: "a", b: "x", id: "1" },
        { name: "b", b: "y", id: "2" },
      ],
    };
    const config = {
      set: [
        { name: "c", b: null, id: null },
        { name: "b", b: "y", id: null },
        { name: "a", b: null, id: null },
      ],
    };
    const proposed = {
      set: [
        { name: "a", b: "x", id: "1" },
        { name: "b", b: "y", id: "2" },
        { name: "c", b: null, id: null },
      ],
    };
    expect(plan({ set }, prior, config, proposed).planned).toEqual({
      set: [
        { name: "a", b: UNKNOWN, id: "1" },
        { name: "b", b: "y", id: "2" },
        { name: "c", b: UNKNOWN, id: UNKNOWN },
      ],
    });
  });
});

describe("elements of a set that stand in another order than their configuration", () => {
  it("get neither another's configuration nor another's prior state", () => {
    const set = setNestedAttribute({ name: required, b: both, id: kept }, { optional: true });
    const config = {
      set: [
        { name: "b", b: null, id: null },
        { name: "a", b: "set", id: null },
      ],
    };
    const proposed = {
      set: [
        { name: "a", b: "set", id: "1" },
        { name: "b", b: "old", id: "2" },
      ],
    };
    const prior = {
      set: [
        { name: "b", b: "old", id: "2" },
        { name: "a", b: "x", id: "1" },
      ],
    };
    expect(plan({ set }, prior, config, proposed).planned).toEqual({
      set: [
        { name: "a", b: "set", id: UNKNOWN },
        { name: "b", b: UNKNOWN, id: "2" },
      ],
    });
  });
});

describe("values of a map", () => {
  it("are known by their keys", () => {
    const map = mapNestedAttribute({ name: required, id: kept }, { optional: true });
    const prior = { map: new Map([["k", { name: "a", id: "1" }]]) };
    const config = {
      map: new Map([
        ["k", { name: "b", id: null }],
        ["l", { name: "b", id: null }],
      ]),
    };
    const proposed = {
      map: new Map([
        ["k", { name: "b", id: "1" }],
        ["l", { name: "b", id: null }],
      ]),
    };
    expect(plan({ map }, prior, config, proposed).planned).toEqual({
      map: new Map<string, unknown>([
        ["k", { name: "b", id: "1" }],
        ["l", { name: "b", id: UNKNOWN }],
      ]),
    });
  });
});

describe("what is unknown as a whole", () => {
  it("is planned as it is", () => {
    const schema: Schema = {
      attributes: {
        list: listNestedAttribute({ c: computed }, { optional: true }),
        map: mapNestedAttribute({ c: computed }, { optional: true }),
      },
      blocks: { rule: { nature: "block", mode: "set", block: { attributes: { c: computed } } } },
    };
    const config = { list: UNKNOWN, map: UNKNOWN, rule: UNKNOWN };
    expect(plan(schema, null, config).planned).toEqual(config);
  });
});
