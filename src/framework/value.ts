import { Decimal, equalNumbers, type NumberValue } from "./decimal.ts";
import { DYNAMIC, type Type } from "./type.ts";

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

/** The plain unknown value, without refinements. */
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
 * decimal text, unknown equals unknown whatever its refinements.
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

/**
 * Whether a planned value may turn out to be `actual`: what is known in it stands there too, whatever is unknown may be
 * anything. Both are of one type.
 */
export function couldBecome(planned: Value, actual: Value, type: Type): boolean {
  if (isUnknown(planned)) return true;
  if (planned === null || actual === null || !containsUnknown(planned)) {
    return equalValues(planned, actual, type);
  }
  if (type.kind === "dynamic") {
    return (
      planned instanceof DynamicValue &&
      actual instanceof DynamicValue &&
      equalTypes(planned.type, actual.type) &&
      couldBecome(planned.value, actual.value, planned.type)
    );
  }
  if (type.kind === "object") {
    return (
      isObject(planned) &&
      isObject(actual) &&
      [...type.attributes].every(([name, member]) =>
        couldBecome(planned[name] ?? null, actual[name] ?? null, member),
      )
    );
  }
  if (type.kind === "map") {
    return (
      isMap(planned) &&
      isMap(actual) &&
      planned.size === actual.size &&
      [...planned].every(
        ([key, v]) => actual.has(key) && couldBecome(v, actual.get(key) ?? null, type.element),
      )
    );
  }
  if (!isList(planned) || !isList(actual) || planned.length !== actual.length) return false;
  if (type.kind === "set") {
    const pairs = pairUp(planned, actual, (a, b) => couldBecome(a, b, type.element));
    return pairs.every((pair) => pair !== undefined);
  }
  const elementType = (index: number) => (type.kind === "tuple" ? type.elements[index] : elementOf(type));
  return planned.every((element, index) =>
    couldBecome(element, actual[index] ?? null, elementType(index) ?? DYNAMIC),
  );
}

const elementOf = (type: Type): Type | undefined => ("element" in type ? type.element : undefined);

/** Pairs elements that fit, as many as possible and each once. The result holds the partner of each of `lefts`. */
export function pairUp<L, R>(
  lefts: readonly L[],
  rights: readonly R[],
  fits: (left: L, right: R) => boolean,
): readonly (R | undefined)[] {
  const takenBy = new Map<number, number>();
  // A partner is released if its holder finds another.
  const claim = (left: L, index: number, tried: Set<number>): boolean =>
    rights.some((right, rightIndex) => {
      if (tried.has(rightIndex) || !fits(left, right)) return false;
      tried.add(rightIndex);
      const holder = takenBy.get(rightIndex);
      if (holder !== undefined && !claim(lefts[holder] as L, holder, tried)) return false;
      takenBy.set(rightIndex, index);
      return true;
    });
  lefts.forEach((left, index) => void claim(left, index, new Set()));
  const partners = new Map([...takenBy].map(([right, left]) => [left, rights[right]]));
  return lefts.map((_, index) => partners.get(index));
}

/** As {@link pairUp}; those that fit nothing are given what is left, in order. */
export function pairAll<L, R>(
  lefts: readonly L[],
  rights: readonly R[],
  fits: (left: L, right: R) => boolean,
): readonly (R | undefined)[] {
  const pairs = pairUp(lefts, rights, fits);
  const paired = new Set(pairs);
  const rest = rights.filter((right) => !paired.has(right));
  return pairs.map((pair) => (pair === undefined ? rest.shift() : pair));
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

/** Duplicates count once, except for elements that are not wholly known: those may turn out to be different ones. */
function equalSets(a: readonly Value[], b: readonly Value[], element: Type): boolean {
  if (element.kind === "string" && !a.some(isUnknown) && !b.some(isUnknown)) {
    const [inA, inB] = [new Set(a), new Set(b)];
    return inA.size === inB.size && a.every((value) => inB.has(value));
  }
  const includes = (set: readonly Value[], value: Value) =>
    set.some((other) => equalValues(value, other, element));
  const unsure = (set: readonly Value[]) => set.filter(containsUnknown).length;
  return (
    unsure(a) === unsure(b) &&
    a.every((value) => includes(b, value)) &&
    b.every((value) => includes(a, value))
  );
}

function equalMaps(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>, element: Type): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !equalValues(value, other, element)) return false;
  }
  return true;
}
