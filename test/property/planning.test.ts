import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/base/redaction.ts";
import { createLogger } from "../../src/framework/log.ts";
import { applyResourceChange } from "../../src/framework/operations.ts";
import type { AnyResource } from "../../src/framework/provider.ts";
import { type Schema, type SchemaBlock, schemaType } from "../../src/framework/schema.ts";
import {
  equalValues,
  isList,
  isMap,
  isObject,
  isUnknown,
  type ObjectValue,
  type Value,
} from "../../src/framework/value.ts";
import { runs } from "./codec-runs.ts";
import { objectValues, schemas, settle } from "./planning-arbitraries.ts";
import { planLikeTerraform, terraformSide } from "./planning-terraform.ts";

/** A resource whose API returns `result` for every request. */
function resourceOf(schema: Schema, result: ObjectValue = {}): AnyResource<never> {
  return {
    schema,
    defaultTimeouts: {},
    create: async () => result,
    read: async () => result,
    update: async () => result,
    delete: async () => undefined,
  };
}

const context = {
  client: undefined as never,
  log: createLogger(() => undefined, createRedactor(), "test"),
  signals: [],
};

async function applyLikeTerraform(
  resource: AnyResource<never>,
  prior: ObjectValue | null,
  planned: ObjectValue | null,
  config: ObjectValue,
) {
  const output = await applyResourceChange(
    resource,
    { prior, planned, config, plannedPrivate: new Uint8Array() },
    context,
  );
  expect(output.diagnostics).toEqual([]);
  return output.state;
}

const situations = schemas.chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    config: objectValues(schema, "config"),
    known: objectValues(schema, "known config"),
    prior: fc.option(objectValues(schema, "state")),
    result: objectValues(schema, "state"),
  }),
);

/** Everything configured stands in the plan, in elements of sets too: the stand-in for Terraform only counts those. */
function expectConfigured(block: SchemaBlock, planned: ObjectValue, config: ObjectValue): void {
  const check = (inner: SchemaBlock, p: Value, c: Value): void => {
    if (isList(c)) {
      const keyed = isList(p) && "key" in inner.attributes;
      const partner = (element: Value, index: number) =>
        keyed ? p.find((other) => keyOf(other) === keyOf(element)) : isList(p) ? p[index] : null;
      c.forEach((element, index) => void check(inner, partner(element, index) ?? null, element));
    } else if (isMap(c)) {
      for (const [key, element] of c) check(inner, (isMap(p) && p.get(key)) || null, element);
    } else if (isObject(c)) expectConfigured(inner, isObject(p) ? p : {}, c);
  };
  for (const [name, { nested, type, writeOnly }] of Object.entries(block.attributes)) {
    const [p, c] = [planned[name] ?? null, config[name] ?? null];
    if (c === null || writeOnly) continue;
    if (nested && !isUnknown(c)) check(nested, p, c);
    else expect(equalValues(p, c, type)).toBe(true);
  }
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    check(nested.block, planned[name] ?? null, config[name] ?? null);
  }
}

const keyOf = (element: Value) => (isObject(element) ? element.key : undefined);

describe("a plan", () => {
  it("obeys Terraform's rules, whatever the configuration and the prior state are", () => {
    fc.assert(
      fc.property(situations, ({ schema, config, prior }) => {
        const side = terraformSide(schema);
        const { planned, requiresReplace } = planLikeTerraform(side, resourceOf(schema), prior, config);
        expect(side.planProblems(prior, config, planned)).toEqual([]);
        expectConfigured(schema, planned ?? {}, config);
        if (prior === null) expect(requiresReplace).toEqual([]);
      }),
      runs(500),
    );
  });

  it("is the same when it is planned again", () => {
    fc.assert(
      fc.property(situations, ({ schema, config, prior }) => {
        const side = terraformSide(schema);
        const [once, twice] = [1, 2].map(() => planLikeTerraform(side, resourceOf(schema), prior, config));
        expect(twice).toEqual(once);
      }),
      runs(200),
    );
  });

  it("keeps its word once everything is known", () => {
    fc.assert(
      fc.property(situations, ({ schema, config, known, prior }) => {
        const side = terraformSide(schema);
        const settled = settle(schema, config, known);
        let first = planLikeTerraform(side, resourceOf(schema), prior, config);
        // A replacement is planned again as a create, and deletes before it plans for good.
        const before = first.requiresReplace.length > 0 ? null : prior;
        if (before === null) first = planLikeTerraform(side, resourceOf(schema), null, config);
        const final = planLikeTerraform(side, resourceOf(schema), before, settled);
        expect(side.changeProblems(first.planned, final.planned)).toEqual([]);
        const nestedKnown = !wholeNestedUnknown(schema, config);
        if (nestedKnown) expect(final.replacePaths).toEqual([]);
      }),
      runs(400),
    );
  });

  it("is applied as planned, whatever the API returns", async () => {
    await fc.assert(
      fc.asyncProperty(situations, async ({ schema, known, prior, result }) => {
        const side = terraformSide(schema);
        const resource = resourceOf(schema, result);
        const { planned } = planLikeTerraform(side, resource, prior, known);
        const state = await applyLikeTerraform(resource, prior, planned, known);
        expect(side.unknownPaths(state)).toEqual([]);
        expect(side.changeProblems(planned, state)).toEqual([]);
      }),
      runs(400),
    );
  });

  it("is empty right after an apply", async () => {
    await fc.assert(
      fc.asyncProperty(situations, async ({ schema, known, prior, result }) => {
        const side = terraformSide(schema);
        const resource = resourceOf(schema, result);
        const { planned } = planLikeTerraform(side, resource, prior, known);
        const state = await applyLikeTerraform(resource, prior, planned, known);
        const again = planLikeTerraform(side, resource, state, known);
        expect(again.requiresReplace).toEqual([]);
        expect(side.changeProblems(again.planned, state)).toEqual([]);
        expect(equalValues(again.planned, state, schemaType(schema))).toBe(true);
      }),
      runs(400),
    );
  });
});

/** Whether a nested attribute or block is unknown as a whole: what is in it, and must be replaced, shows only later. */
function wholeNestedUnknown(schema: Schema, config: ObjectValue): boolean {
  const nestedNames = [
    ...Object.entries(schema.attributes).flatMap(([name, { nested }]) => (nested ? [name] : [])),
    ...Object.keys(schema.blocks ?? {}),
  ];
  const holds = (value: Value): boolean => {
    if (isUnknown(value)) return true;
    if (Array.isArray(value)) return value.some(holds);
    if (value instanceof Map) return [...value.values()].some(holds);
    return typeof value === "object" && value !== null && Object.values(value).some((v) => holds(v as Value));
  };
  return nestedNames.some((name) => holds(config[name] ?? null));
}
