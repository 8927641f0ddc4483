import fc, { type Arbitrary } from "fast-check";
import { type NumberValue, normalizeNumber, parseNumber } from "../../src/framework/decimal.ts";
import {
  BOOL,
  DYNAMIC,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  STRING,
  setOf,
  type Type,
  tupleOf,
} from "../../src/framework/type.ts";
import { DynamicValue, equalValues, UNKNOWN, Unknown, type Value } from "../../src/framework/value.ts";
import { encodeMsgpack } from "../../src/protocol/msgpack.ts";

const names = fc.constantFrom("a", "b", "b2", "long_attribute_name", "id", "value", "type");

/** Types nested up to `depth` levels; dynamic ones only where Terraform can hold them, outside of collections. */
export function types(depth: number, dynamic = true): Arbitrary<Type> {
  const primitive = fc.constantFrom(STRING, NUMBER, BOOL, ...(dynamic ? [DYNAMIC] : []));
  if (depth === 0) return primitive;
  const element = types(depth - 1, false);
  const member = types(depth - 1, dynamic);
  return fc.oneof(
    { weight: 2, arbitrary: primitive },
    { weight: 1, arbitrary: element.map(listOf) },
    { weight: 1, arbitrary: element.map(setOf) },
    { weight: 1, arbitrary: element.map(mapOf) },
    { weight: 1, arbitrary: fc.array(member, { maxLength: 3 }).map(tupleOf) },
    {
      weight: 2,
      arbitrary: fc.dictionary(names, member, { maxKeys: 4 }).map((members) => objectOf(members)),
    },
  );
}

/**
 * Texts as Terraform holds them: any Unicode, in normal form. `__proto__` and `constructor` have unit tests: the stand-in
 * for Terraform keeps maps in plain objects, which cannot hold them.
 */
export const texts: Arbitrary<string> = fc
  .oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("", "é", "각", "\u0000", "x".repeat(40), "y".repeat(300), "😀"),
  )
  .map((text) => text.normalize("NFC"));

/** Numbers in the one form each has. */
export const numbers: Arbitrary<NumberValue> = fc
  .oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.constantFrom(
      0,
      127,
      128,
      -32,
      -33,
      2 ** 32,
      2n ** 53n + 1n,
      2n ** 63n,
      -(2n ** 63n),
      -(2n ** 63n) - 1n,
      0.1,
      1e23,
    ),
    fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -40, max: 40 }))
      .map(([digits, exponent]) => parseNumber(`${digits}e${exponent}`)),
  )
  .map(normalizeNumber);

/** What Terraform may promise of an unknown value. */
const refinements = fc.constantFrom(
  encodeMsgpack(new Map([[1, false]])),
  encodeMsgpack(
    new Map<number, boolean | string>([
      [1, false],
      [2, "pre-"],
    ]),
  ),
);

const unknowns: Arbitrary<Unknown> = fc.oneof(
  fc.constant(UNKNOWN),
  refinements.map((bytes) => new Unknown(bytes)),
);

/** Values of a type. Known ones only, unless `unknown` allows others anywhere. */
export function values(type: Type, unknown: boolean): Arbitrary<Value> {
  return fc.oneof(
    { weight: 8, arbitrary: knownValues(type, unknown) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: unknown ? 1 : 0, arbitrary: unknowns },
  );
}

function knownValues(type: Type, unknown: boolean): Arbitrary<Value> {
  switch (type.kind) {
    case "string":
      return texts;
    case "number":
      return numbers;
    case "bool":
      return fc.boolean();
    case "dynamic":
      return types(1, false).chain((inner) =>
        knownValues(inner, unknown).map((value) => new DynamicValue(inner, value)),
      );
    case "list":
      return fc.array(values(type.element, unknown), { maxLength: 4 });
    case "set":
      return fc
        .array(values(type.element, unknown), { maxLength: 4 })
        .map((elements) => distinct(type.element, elements));
    case "map":
      return fc
        .uniqueArray(fc.tuple(texts, values(type.element, unknown)), {
          maxLength: 4,
          selector: ([key]) => key,
        })
        .map((entries) => new Map(entries));
    case "tuple":
      return fc.tuple(...type.elements.map((element) => values(element, unknown)));
    case "object":
      return fc.record(
        Object.fromEntries([...type.attributes].map(([name, member]) => [name, values(member, unknown)])),
      );
  }
}

/** Known elements once each. */
function distinct(type: Type, elements: readonly Value[]): readonly Value[] {
  return elements.filter((element, index) => {
    const first = elements.findIndex((other) => equalValues(element, other, type));
    return first === index;
  });
}

/** A type with a value of it. */
export const typedValues = (options: { readonly unknown: boolean; readonly dynamic?: boolean }) =>
  types(3, options.dynamic ?? true).chain((type) =>
    values(type, options.unknown).map((value) => ({ type, value })),
  );

/** The same value with every set and map in another order. */
export function shuffled(type: Type, value: Value): Value {
  if (value instanceof DynamicValue) return new DynamicValue(value.type, shuffled(value.type, value.value));
  if (value === null || typeof value !== "object" || value instanceof Unknown) return value;
  if (value instanceof Map && type.kind === "map") {
    return new Map([...value].reverse().map(([key, v]) => [key, shuffled(type.element, v)]));
  }
  if (Array.isArray(value)) {
    const elements = value as readonly Value[];
    if (type.kind === "set") return elements.map((v) => shuffled(type.element, v)).reverse();
    if (type.kind === "list") return elements.map((v) => shuffled(type.element, v));
    if (type.kind === "tuple")
      return elements.map((v, index) => shuffled(type.elements[index] ?? DYNAMIC, v));
  }
  if (type.kind !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, v]) => [name, shuffled(type.attributes.get(name) ?? DYNAMIC, v as Value)]),
  );
}
