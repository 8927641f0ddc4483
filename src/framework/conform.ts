import { type NumberValue, normalizeNumber } from "./decimal.ts";
import { mapElements } from "./elements.ts";
import { formatPath, type Path } from "./path.ts";
import type { NestedBlock, Schema, SchemaBlock } from "./schema.ts";
import { schemaType } from "./schema.ts";
import { withoutWriteOnly } from "./transform.ts";
import type { Type } from "./type.ts";
import {
  containsUnknown,
  couldBecome,
  DynamicValue,
  equalTypes,
  equalValues,
  isList,
  isMap,
  isNumber,
  isObject,
  isUnknown,
  type ObjectValue,
  pairAll,
  type Value,
} from "./value.ts";

/** A value that conforms to its schema, and what was replaced by null for that. */
export interface Conformed {
  readonly value: ObjectValue;
  readonly problems: readonly string[];
}

/**
 * Brings what a resource returned into the form of its schema: exactly the schema's attributes, each null or of its type, nothing unknown,
 * write-only values null. What does not fit is replaced by null and named in `problems`, because a response that Terraform
 * cannot read loses the object.
 */
export function conformState(schema: Schema, returned: object): Conformed {
  const problems: string[] = [];
  const type = schemaType(schema);
  for (const name of Object.keys(returned)) {
    if (!type.attributes.has(name)) problems.push(`${name} is not in the schema`);
  }
  const complete = withEmptyBlocks(schema, returned as ObjectValue);
  const value = conform(type, complete, [], problems) as ObjectValue;
  return { value: withoutWriteOnly(schema, value), problems };
}

function conform(type: Type, value: Value | undefined, path: Path, problems: string[]): Value {
  if (value === null || value === undefined || isUnknown(value)) return null;
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? value : mismatch(type, path, problems);
    case "bool":
      return typeof value === "boolean" ? value : mismatch(type, path, problems);
    case "number":
      return isNumber(value) ? numberOr(value, type, path, problems) : mismatch(type, path, problems);
    case "dynamic":
      return value instanceof DynamicValue
        ? new DynamicValue(value.type, conform(value.type, value.value, path, problems))
        : mismatch(type, path, problems);
    case "list":
    case "set": {
      if (!isList(value)) return mismatch(type, path, problems);
      const step = { index: 0 };
      const inner = [...path, step];
      const elements = value.map((element, index) => {
        step.index = index;
        return conform(type.element, element, inner, problems);
      });
      return elements.every((element, index) => element === value[index]) ? value : elements;
    }
    case "tuple":
      return isList(value) && value.length === type.elements.length
        ? type.elements.map((element, index) =>
            conform(element, value[index], [...path, { index }], problems),
          )
        : mismatch(type, path, problems);
    case "map":
      return isMap(value) && [...value.keys()].every((key) => typeof key === "string")
        ? new Map([...value].map(([key, v]) => [key, conform(type.element, v, [...path, { key }], problems)]))
        : mismatch(type, path, problems);
    case "object": {
      if (!isObject(value)) return mismatch(type, path, problems);
      // One for all members: each becomes a text when it is needed.
      const step = { attribute: "" };
      const inner = [...path, step];
      const object: Record<string, Value> = {};
      let isSame = Object.keys(value).length === type.attributes.size;
      for (const [attribute, memberType] of type.attributes) {
        step.attribute = attribute;
        const member = conform(memberType, value[attribute], inner, problems);
        isSame &&= member === value[attribute];
        object[attribute] = member;
      }
      // A long list of objects is not in memory twice.
      return isSame ? value : object;
    }
  }
}

function mismatch(type: Type, path: Path, problems: string[]): null {
  problems.push(`${formatPath(path)} is not a valid ${type.kind}`);
  return null;
}

function numberOr(value: NumberValue, type: Type, path: Path, problems: string[]): Value {
  try {
    return normalizeNumber(value);
  } catch {
    return mismatch(type, path, problems);
  }
}

/** No blocks are an empty list, set or map, never null. */
function withEmptyBlocks(block: SchemaBlock, value: ObjectValue): ObjectValue {
  const blocks = Object.entries(block.blocks ?? {}).map(([name, { mode, block: inner }]) => {
    const found = value[name] ?? NO_BLOCKS[mode];
    return [name, mapElements(mode, found, (element) => withEmptyBlocks(inner, element))];
  });
  return { ...value, ...Object.fromEntries(blocks) };
}

const NO_BLOCKS: Readonly<Record<NestedBlock["mode"], Value>> = {
  single: null,
  list: [],
  set: [],
  map: new Map(),
  group: {},
};

/** The response to an apply, and the attributes in which the resource had returned something else than was planned. */
export interface KeptPlan {
  readonly value: ObjectValue;
  readonly differing: readonly string[];
}

/**
 * Keeps what was planned: every planned value that was known is returned as planned, whatever the API returned,
 * and the rest is taken from the result. Terraform refuses any other response; a real difference shows as drift in the
 * next refresh.
 */
export function keepPlanned(schema: Schema, planned: ObjectValue, result: ObjectValue): KeptPlan {
  const differing: string[] = [];
  const value = keep(schemaType(schema), planned, result, [], differing) as ObjectValue;
  return { value, differing };
}

function keep(type: Type, planned: Value, result: Value, path: Path, differing: string[]): Value {
  if (isUnknown(planned)) return result;
  // Objects are compared member by member, so that what differs is named and not everything around it.
  if (!containsUnknown(planned) && !(isObject(planned) && isObject(result))) {
    if (!equalValues(planned, result, type)) differing.push(formatPath(path));
    return planned;
  }
  // The plan gives the shape: only what is unknown in it is filled in, nothing appears and nothing vanishes.
  if (sizeOf(planned) !== sizeOf(result)) differing.push(formatPath(path));
  if (type.kind === "object" && isObject(planned)) {
    const found = isObject(result) ? result : {};
    return Object.fromEntries(
      [...type.attributes].map(([attribute, member]) => [
        attribute,
        keep(
          member,
          planned[attribute] ?? null,
          found[attribute] ?? null,
          [...path, { attribute }],
          differing,
        ),
      ]),
    );
  }
  if (type.kind === "map" && isMap(planned)) {
    const found: ReadonlyMap<string, Value> = isMap(result) ? result : new Map();
    return new Map(
      [...planned].map(([key, v]) => [
        key,
        keep(type.element, v, found.get(key) ?? null, [...path, { key }], differing),
      ]),
    );
  }
  if (type.kind === "dynamic" && planned instanceof DynamicValue) {
    const sameType = result instanceof DynamicValue && equalTypes(planned.type, result.type);
    const inner = sameType ? result.value : null;
    return new DynamicValue(planned.type, keep(planned.type, planned.value, inner, path, differing));
  }
  if (!isList(planned)) return result;
  const found = isList(result) ? result : [];
  // What the result has for an element of a set is whatever fits it.
  const partners =
    type.kind === "set" ? pairAll(planned, found, (a, b) => couldBecome(a, b, type.element)) : found;
  return planned.map((element, index) => {
    const elementType =
      type.kind === "tuple" ? type.elements[index] : "element" in type ? type.element : null;
    const partner = partners[index] ?? null;
    return elementType ? keep(elementType, element, partner, [...path, { index }], differing) : partner;
  });
}

/** How many elements; objects all count alike, and what has no elements has none. */
function sizeOf(value: Value): number {
  if (isList(value)) return value.length;
  if (isMap(value)) return value.size;
  return value === null ? 0 : 1;
}
