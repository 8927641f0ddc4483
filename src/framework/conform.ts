import { formatPath, type Path } from "./path.ts";
import type { Schema, SchemaBlock } from "./schema.ts";
import { schemaType } from "./schema.ts";
import type { Type } from "./type.ts";
import {
  containsUnknown,
  DynamicValue,
  equalValues,
  isList,
  isMap,
  isNumber,
  isObject,
  isUnknown,
  type ObjectValue,
  type Value,
} from "./value.ts";

/** A value made legal for its schema, and what had to be replaced by null to make it so. */
export interface Conformed {
  readonly value: ObjectValue;
  readonly problems: readonly string[];
}

/**
 * Makes what a resource returned legal: exactly the schema's attributes, each null or of its type, nothing unknown,
 * write-only values null. What does not fit is replaced by null and named in `problems`, because an answer that Terraform
 * cannot read loses the object.
 */
export function conformState(schema: Schema, returned: object): Conformed {
  const problems: string[] = [];
  const type = schemaType(schema);
  for (const name of Object.keys(returned)) {
    if (!type.attributes.has(name)) problems.push(`${name} is not in the schema`);
  }
  const value = conform(type, returned as ObjectValue, [], problems) as ObjectValue;
  return { value: withoutWriteOnly(schema, value), problems };
}

function conform(type: Type, value: Value | undefined, path: Path, problems: string[]): Value {
  if (value === null || value === undefined || isUnknown(value)) return null;
  const mismatch = (): null => {
    problems.push(`${formatPath(path)} is not a ${type.kind}`);
    return null;
  };
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? value : mismatch();
    case "bool":
      return typeof value === "boolean" ? value : mismatch();
    case "number":
      return isNumber(value) && !Number.isNaN(value) && Math.abs(Number(value)) !== Infinity
        ? value
        : mismatch();
    case "dynamic":
      return value instanceof DynamicValue
        ? new DynamicValue(value.type, conform(value.type, value.value, path, problems))
        : mismatch();
    case "list":
    case "set":
      return isList(value)
        ? value.map((element, index) => conform(type.element, element, [...path, { index }], problems))
        : mismatch();
    case "tuple":
      return isList(value) && value.length === type.elements.length
        ? type.elements.map((element, index) =>
            conform(element, value[index], [...path, { index }], problems),
          )
        : mismatch();
    case "map":
      return isMap(value)
        ? new Map([...value].map(([key, v]) => [key, conform(type.element, v, [...path, { key }], problems)]))
        : mismatch();
    case "object": {
      if (!isObject(value)) return mismatch();
      const object: Record<string, Value> = {};
      for (const [attribute, memberType] of type.attributes) {
        object[attribute] = conform(memberType, value[attribute], [...path, { attribute }], problems);
      }
      return object;
    }
  }
}

function withoutWriteOnly(block: SchemaBlock, value: ObjectValue): ObjectValue {
  const names = Object.entries(block.attributes).filter(([, attribute]) => attribute.writeOnly);
  return names.length === 0
    ? value
    : { ...value, ...Object.fromEntries(names.map(([name]) => [name, null])) };
}

/** The answer to an apply, and the attributes in which the resource had returned something else than was planned. */
export interface KeptPlan {
  readonly value: ObjectValue;
  readonly differing: readonly string[];
}

/**
 * Keeps what the plan promised: every planned value that was known is returned as planned, whatever the API made of it,
 * and the rest is taken from the result. Terraform refuses any other answer; a real difference shows as drift in the
 * next refresh.
 */
export function keepPlanned(schema: Schema, planned: ObjectValue, result: ObjectValue): KeptPlan {
  const differing: string[] = [];
  const value = keep(schemaType(schema), planned, result, [], differing) as ObjectValue;
  return { value, differing };
}

function keep(type: Type, planned: Value, result: Value, path: Path, differing: string[]): Value {
  if (isUnknown(planned)) return result;
  if (!containsUnknown(planned)) {
    if (!equalValues(planned, result, type)) differing.push(formatPath(path));
    return planned;
  }
  if (type.kind === "object" && isObject(planned)) {
    const members = isObject(result) ? result : {};
    return Object.fromEntries(
      [...type.attributes].map(([attribute, memberType]) => [
        attribute,
        keep(
          memberType,
          planned[attribute] ?? null,
          members[attribute] ?? null,
          [...path, { attribute }],
          differing,
        ),
      ]),
    );
  }
  if (type.kind === "list" && isList(planned) && isList(result) && planned.length === result.length) {
    return planned.map((element, index) =>
      keep(type.element, element, result[index] ?? null, [...path, { index }], differing),
    );
  }
  if (type.kind === "map" && isMap(planned) && isMap(result)) {
    return new Map(
      [...planned].map(([key, v]) => [
        key,
        keep(type.element, v, result.get(key) ?? null, [...path, { key }], differing),
      ]),
    );
  }
  return result;
}
