import { expect, test } from "vitest";
import type { Attribute, Attributes, Schema } from "../../../src/framework/schema.ts";
import { typeToJson } from "../../../src/protocol/cty-type.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";
import official from "./official-schema.json";

/** Attributes in which this provider differs from the official one on purpose, with the reason. */
const DELIBERATE_DIFFERENCES: Readonly<Record<string, string>> = {};

type Facts = ReadonlyMap<string, string>;

const provider = createKakaoCloudProvider("0.0.0", {});

test("every attribute of the provider, its resources and its data sources is as in the official provider", () => {
  const ours = factsOf({
    provider: shapeOf(provider.schema),
    resources: shapesOf(provider.resources),
    data_sources: shapesOf(provider.dataSources),
  });
  const theirs = factsOf(official);
  const differing = [...new Set([...ours.keys(), ...theirs.keys()])].filter(
    (path) => ours.get(path) !== theirs.get(path),
  );

  expect(differing.map((path) => `${path}: ${ours.get(path)} instead of ${theirs.get(path)}`)).toEqual(
    Object.keys(DELIBERATE_DIFFERENCES),
  );
  expect(theirs.size).toBe(343);
});

test("every attribute has a description, except in the provider's own configuration and in timeouts", () => {
  const owners = [...Object.entries(provider.resources), ...Object.entries(provider.dataSources)];
  const bare = owners.flatMap(([name, { schema }]) => undescribed(schema.attributes, name));
  expect(bare.filter((path) => !path.endsWith(".timeouts"))).toEqual([]);
});

function undescribed(attributes: Attributes, path: string): string[] {
  return Object.entries(attributes).flatMap(([name, { description, nested }]) => [
    ...(description ? [] : [`${path}.${name}`]),
    ...undescribed(nested?.attributes ?? {}, `${path}.${name}`),
  ]);
}

/** Each attribute by its full path, in words: `optional computed "string"`; each schema's version likewise. */
function factsOf(shapes: object, path = ""): Facts {
  const facts = new Map<string, string>();
  const visit = (attributes: Record<string, Shape>, at: string) => {
    for (const [name, { nested_type, type, ...flags }] of Object.entries(attributes)) {
      const kind = nested_type ? `${nested_type.nesting_mode} of attributes` : JSON.stringify(type);
      facts.set(`${at}.${name}`, `${Object.keys(flags).sort().join(" ")} ${kind}`);
      if (nested_type) visit(nested_type.attributes, `${at}.${name}`);
    }
  };
  for (const [name, value] of Object.entries(shapes)) {
    if (isSchemaShape(value)) {
      if (value.version !== 0) facts.set(`${path}${name}`, `version ${value.version}`);
      visit(value.attributes, `${path}${name}`);
    } else {
      for (const [inner, fact] of factsOf(value, `${path}${name}.`)) facts.set(inner, fact);
    }
  }
  return facts;
}

interface Shape {
  readonly type?: unknown;
  readonly nested_type?: { readonly nesting_mode: string; readonly attributes: Record<string, Shape> };
}

interface SchemaShape {
  readonly version: number;
  readonly attributes: Record<string, Shape>;
}

function isSchemaShape(value: object): value is SchemaShape {
  return "version" in value && "attributes" in value;
}

function shapesOf(owners: Readonly<Record<string, { readonly schema: Schema }>>): object {
  return Object.fromEntries(Object.entries(owners).map(([name, { schema }]) => [name, shapeOf(schema)]));
}

function shapeOf(schema: Schema): SchemaShape {
  expect(schema.blocks).toBeUndefined();
  return { version: schema.version ?? 0, attributes: attributeShapes(schema.attributes) };
}

function attributeShapes(attributes: Attributes): Record<string, Shape> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeShape(value)]));
}

function attributeShape(attribute: Attribute): Shape {
  const { required, optional, computed, sensitive, writeOnly, nested, type } = attribute;
  const flags = Object.entries({ required, optional, computed, sensitive, write_only: writeOnly });
  return {
    ...Object.fromEntries(flags.filter(([, set]) => set === true)),
    ...(nested
      ? { nested_type: { nesting_mode: nested.mode, attributes: attributeShapes(nested.attributes) } }
      : { type: typeToJson(type) }),
  };
}
