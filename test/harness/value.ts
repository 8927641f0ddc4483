import { type CtyType, typeJson } from "./type.ts";

/** A value that is not known yet. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** Marks the boxes below, so that no attribute name can be mistaken for the mark. */
export const KIND: unique symbol = Symbol("kind");

/** What may already be known of an unknown value; bounds are inclusive where they say so. */
export interface Refinement {
  readonly notNull?: boolean;
  readonly prefix?: string;
  readonly lower?: { readonly bound: NumberValue; readonly inclusive: boolean };
  readonly upper?: { readonly bound: NumberValue; readonly inclusive: boolean };
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** An unknown value of which something is known. */
export interface RefinedUnknown {
  readonly [KIND]: "refined-unknown";
  readonly refinement: Refinement;
}

/** A number that neither `number` nor `bigint` can hold, as plain decimal text. */
export interface Decimal {
  readonly [KIND]: "decimal";
  readonly text: string;
}

/** A value of a dynamic type together with its actual type. */
export interface Dynamic {
  readonly [KIND]: "dynamic";
  readonly type: CtyType;
  readonly value: Value;
}

/** A number means its shortest decimal text: 0.1 is one tenth. */
export type NumberValue = number | bigint | Decimal;

/**
 * A Terraform value in a plain form; what a value means depends on its type: arrays are lists, sets and tuples, plain objects
 * are maps and objects.
 */
export type Value =
  | null
  | boolean
  | string
  | NumberValue
  | typeof UNKNOWN
  | RefinedUnknown
  | Dynamic
  | readonly Value[]
  | ObjectValue;

/** A map or an object. */
export interface ObjectValue {
  readonly [name: string]: Value;
}

/** A number given as decimal text. */
export const decimal = (text: string): Decimal => ({
  [KIND]: "decimal",
  text: numberText({ [KIND]: "decimal", text }),
});

/** A value of a dynamic type. */
export const dynamic = (type: CtyType, value: Value): Dynamic => ({ [KIND]: "dynamic", type, value });

/** An unknown value with a refinement. */
export const refined = (refinement: Refinement): RefinedUnknown => ({
  [KIND]: "refined-unknown",
  refinement,
});

const hasKind = (value: Value, kind: string): boolean =>
  typeof value === "object" && value !== null && (value as { [KIND]?: string })[KIND] === kind;

/** Unknown, refined or not, at the top. */
export const isUnknown = (value: Value): value is typeof UNKNOWN | RefinedUnknown =>
  value === UNKNOWN || hasKind(value, "refined-unknown");

/** A boxed value of a dynamic type. */
export const isDynamic = (value: Value): value is Dynamic => hasKind(value, "dynamic");

/** A number in any of its three forms; only meaningful where the type is number. */
export const isNumber = (value: Value): value is NumberValue =>
  typeof value === "number" || typeof value === "bigint" || hasKind(value, "decimal");

/** The elements of a list, set or tuple; throws when the value is none. */
export function elements(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  throw new Error(`not a list: ${String(value)}`);
}

/** The members of a map or object; throws when the value is none. */
export function members(value: Value): ObjectValue {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as ObjectValue;
  throw new Error(`not an object: ${String(value)}`);
}

/** Whether nothing inside is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (isUnknown(value)) return false;
  if (isDynamic(value)) return isWhollyKnown(value.value);
  if (Array.isArray(value)) return (value as readonly Value[]).every(isWhollyKnown);
  if (typeof value === "object" && value !== null && !isNumber(value)) {
    return Object.values(value as ObjectValue).every(isWhollyKnown);
  }
  return true;
}

/** Every number has one text: digits, an optional fraction without trailing zeros, no exponent, no minus zero. */
export function numberText(value: NumberValue): string {
  const given = typeof value === "object" ? value.text : String(value);
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(given);
  if (match === null || (match[2] ?? "") + (match[3] ?? "") === "") throw new Error(`not a number: ${given}`);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = "0".repeat(Math.max(0, -point)) + digits + "0".repeat(Math.max(0, point - digits.length));
  const at = Math.max(0, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, "") || "0";
  const rest = padded.slice(at).replace(/0+$/, "");
  const text = rest === "" ? integer : `${integer}.${rest}`;
  return sign === "-" && text !== "0" ? `-${text}` : text;
}

/** The simplest plain form of a number given as text: number, else bigint, else Decimal. */
export function numberFromText(given: string): NumberValue {
  const text = numberText({ [KIND]: "decimal", text: given });
  const near = Number(text);
  if (
    Number.isFinite(near) &&
    (!Number.isInteger(near) || Number.isSafeInteger(near)) &&
    numberText(near) === text
  ) {
    return near;
  }
  return text.includes(".") ? { [KIND]: "decimal", text } : BigInt(text);
}

/** Compares two numbers by value: negative, zero or positive. */
export function compareNumbers(left: NumberValue, right: NumberValue): number {
  const [a, b] = [numberText(left), numberText(right)];
  const places = Math.max(a.split(".")[1]?.length ?? 0, b.split(".")[1]?.length ?? 0);
  const scaled = (text: string): bigint => {
    const [whole = "", fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(places, "0"));
  };
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/**
 * Whether two values of one type are the same: numbers by decimal value, sets without order, unknown only equal to unknown,
 * refinements ignored.
 */
export function sameValue(type: CtyType, left: Value, right: Value): boolean {
  if (isUnknown(left) || isUnknown(right)) return isUnknown(left) && isUnknown(right);
  if (left === null || right === null) return left === right;
  if (type === "dynamic") {
    if (!isDynamic(left) || !isDynamic(right)) return false;
    return typeJson(left.type) === typeJson(right.type) && sameValue(left.type, left.value, right.value);
  }
  if (type === "number") return isNumber(left) && isNumber(right) && numberText(left) === numberText(right);
  if (type === "string" || type === "bool") return left === right;
  switch (type[0]) {
    case "list":
      return sameElements(left, right, () => type[1]);
    case "tuple":
      return sameElements(left, right, (index) => type[1][index] ?? "dynamic");
    case "set": {
      const rest = [...elements(right)];
      return (
        rest.length === elements(left).length &&
        elements(left).every((element) => {
          const index = rest.findIndex((other) => sameValue(type[1], element, other));
          if (index >= 0) rest.splice(index, 1);
          return index >= 0;
        })
      );
    }
    case "map":
      return sameMembers(left, right, () => type[1]);
    case "object":
      return sameMembers(left, right, (name) => type[1][name] ?? "dynamic");
  }
}

function sameElements(left: Value, right: Value, type: (index: number) => CtyType): boolean {
  const [a, b] = [elements(left), elements(right)];
  return (
    a.length === b.length && a.every((element, index) => sameValue(type(index), element, b[index] ?? null))
  );
}

function sameMembers(left: Value, right: Value, type: (name: string) => CtyType): boolean {
  const [a, b] = [members(left), members(right)];
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(type(name), a[name] ?? null, b[name] ?? null))
  );
}

/** Replaces refined unknowns by plain ones, so that values can be compared with toEqual. */
export function withoutRefinements(value: Value): Value {
  if (isUnknown(value)) return UNKNOWN;
  if (isDynamic(value)) return { ...value, value: withoutRefinements(value.value) };
  if (Array.isArray(value)) return (value as readonly Value[]).map(withoutRefinements);
  if (typeof value === "object" && value !== null && !isNumber(value)) {
    return Object.fromEntries(
      Object.entries(value as ObjectValue).map(([name, inner]) => [name, withoutRefinements(inner)]),
    );
  }
  return value;
}
