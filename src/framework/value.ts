import { Decimal, equalNumbers, type NumberValue } from "./decimal.ts";
import type { Type } from "./type.ts";

/**
 * A value that Terraform does not know yet. `refinement` is what Terraform said of it (a not-null promise, a prefix,
 * bounds), kept as the bytes it came in: it is carried along, never interpreted.
 */
export class Unknown {
  readonly refinement: Uint8Array | undefined;

  constructor(refinement?: Uint8Array) {
    this.refinement = refinement;
  }
}

/** The plain unknown value, about which nothing is promised. */
export const UNKNOWN = new Unknown();

/** A value of a dynamically typed attribute: the type it has beside the value. */
export class DynamicValue {
  readonly type: Type;
  readonly value: Value;

  constructor(type: Type, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/** An object: attribute name to value. Every attribute of its type is present, unset ones as null. */
export interface ObjectValue {
  readonly [attribute: string]: Value;
}

/** Any Terraform value: lists, sets and tuples are arrays (a set in no particular order), maps are `Map`s. */
export type Value =
  | null
  | Unknown
  | string
  | boolean
  | NumberValue
  | DynamicValue
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | ObjectValue;

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

export function isObject(value: Value): value is ObjectValue {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(
      value instanceof Map ||
      value instanceof Unknown ||
      value instanceof DynamicValue ||
      value instanceof Decimal
    )
  );
}

/** Whether the value, or anything inside it, is unknown. */
export function containsUnknown(value: Value): boolean {
  if (isUnknown(value)) return true;
  if (isList(value)) return value.some(containsUnknown);
  if (isMap(value)) return [...value.values()].some(containsUnknown);
  if (value instanceof DynamicValue) return containsUnknown(value.value);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** The value with every unknown replaced by null: what may be saved when an operation ended before they became known. */
export function unknownsToNull<V extends Value>(value: V): V {
  return replaceUnknowns(value) as V;
}

function replaceUnknowns(value: Value): Value {
  if (isUnknown(value)) return null;
  if (isList(value)) return value.map(replaceUnknowns);
  if (isMap(value)) return new Map([...value].map(([key, element]) => [key, replaceUnknowns(element)]));
  if (value instanceof DynamicValue) return new DynamicValue(value.type, replaceUnknowns(value.value));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaceUnknowns(member)]));
}

/**
 * Whether two values of one type are the same value. Sets are compared without regard to order, numbers by their
 * decimal text, unknown equals unknown whatever is promised about it.
 */
export function equalValues(a: Value, b: Value, type: Type): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (isUnknown(a) || isUnknown(b)) return isUnknown(a) && isUnknown(b);
  switch (type.kind) {
    case "string":
    case "bool":
      return false;
    case "number":
      return isNumber(a) && isNumber(b) && equalNumbers(a, b);
    case "dynamic":
      return (
        a instanceof DynamicValue &&
        b instanceof DynamicValue &&
        equalTypes(a.type, b.type) &&
        equalValues(a.value, b.value, a.type)
      );
    case "list":
      return isList(a) && isList(b) && equalLists(a, b, () => type.element);
    case "tuple":
      return isList(a) && isList(b) && equalLists(a, b, (index) => type.elements[index]);
    case "set":
      return isList(a) && isList(b) && equalSets(a, b, type.element);
    case "map":
      return isMap(a) && isMap(b) && equalMaps(a, b, type.element);
    case "object":
      return (
        isObject(a) &&
        isObject(b) &&
        [...type.attributes].every(([name, member]) => equalValues(a[name] ?? null, b[name] ?? null, member))
      );
  }
}

/** Whether two types are the same type. */
export function equalTypes(a: Type, b: Type): boolean {
  if (a === b) return true;
  if ("element" in a) return a.kind === b.kind && "element" in b && equalTypes(a.element, b.element);
  if (a.kind === "tuple") {
    return (
      b.kind === "tuple" &&
      a.elements.length === b.elements.length &&
      a.elements.every((element, index) => equalTypes(element, b.elements[index] ?? element))
    );
  }
  if (a.kind === "object") {
    return (
      b.kind === "object" &&
      a.attributes.size === b.attributes.size &&
      [...a.attributes].every(([name, member]) => {
        const other = b.attributes.get(name);
        return other !== undefined && equalTypes(member, other);
      })
    );
  }
  return a.kind === b.kind;
}

export function isNumber(value: Value): value is NumberValue {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Decimal;
}

function equalLists(
  a: readonly Value[],
  b: readonly Value[],
  elementType: (index: number) => Type | undefined,
): boolean {
  return (
    a.length === b.length &&
    a.every((element, index) => {
      const type = elementType(index);
      return type !== undefined && equalValues(element, b[index] ?? null, type);
    })
  );
}

function equalSets(a: readonly Value[], b: readonly Value[], element: Type): boolean {
  if (a.length !== b.length) return false;
  if (element.kind === "string") {
    const inB = new Set(b);
    return a.every((value) => inB.has(value));
  }
  const unmatched = [...b];
  return a.every((value) => {
    const index = unmatched.findIndex((candidate) => equalValues(value, candidate, element));
    if (index < 0) return false;
    unmatched.splice(index, 1);
    return true;
  });
}

function equalMaps(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>, element: Type): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !equalValues(value, other, element)) return false;
  }
  return true;
}
