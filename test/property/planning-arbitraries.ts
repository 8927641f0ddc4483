import fc, { type Arbitrary } from "fast-check";
import { requiresReplace, useStateForUnknown } from "../../src/framework/plan-modifiers.ts";
import {
  type Attribute,
  type AttributeOptions,
  type Attributes,
  type NestedBlock,
  type NestingMode,
  type Schema,
  type SchemaBlock,
  schemaType,
} from "../../src/framework/schema.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, STRING, setOf, type Type } from "../../src/framework/type.ts";
import { DynamicValue, isUnknown, type ObjectValue, UNKNOWN, type Value } from "../../src/framework/value.ts";

/** What may be generated here; collections allow less than single objects. */
interface Place {
  readonly depth: number;
  readonly dynamic: boolean;
  readonly writeOnly: boolean;
  /** Inside a set: objects differ in their values, which Terraform only manages for simple ones. */
  readonly inSet: boolean;
  readonly onlyComputed: boolean;
  /** Inside an optional and computed attribute: Terraform forgets computed values beside purely configured ones. */
  readonly allComputed: boolean;
  readonly replace: boolean;
}

const NAMES = ["alpha", "beta", "gamma", "delta"];

type Flags = Pick<AttributeOptions, "required" | "optional" | "computed">;

const flags = (place: Place): Arbitrary<Flags> => {
  const computed: Flags = { computed: true };
  const both: Flags = { optional: true, computed: true };
  if (place.onlyComputed) return fc.constant(computed);
  if (place.allComputed) return fc.constantFrom(computed, both);
  return fc.constantFrom<Flags>({ required: true }, { optional: true }, computed, both);
};

const simpleTypes = (dynamic: boolean): Arbitrary<Type> =>
  fc.constantFrom<Type>(
    STRING,
    STRING,
    NUMBER,
    BOOL,
    listOf(STRING),
    setOf(STRING),
    mapOf(NUMBER),
    ...(dynamic ? [DYNAMIC] : []),
  );

function leaves(place: Place): Arbitrary<Attribute> {
  return fc
    .record({
      flags: flags(place),
      type: simpleTypes(place.dynamic),
      sensitive: fc.boolean(),
      keeps: fc.boolean(),
      replaces: fc.boolean(),
      hasDefault: fc.boolean(),
      writeOnly: fc.integer({ max: 5, min: 0 }),
    })
    .chain((choice) =>
      values(choice.type, false).map((fallback): Attribute => {
        const { flags, type } = choice;
        const writeOnly = place.writeOnly && !flags.computed && choice.writeOnly === 0;
        const hasDefault = choice.hasDefault && flags.optional && flags.computed && type.kind !== "dynamic";
        return {
          nature: "attribute",
          ...flags,
          type,
          validators: [],
          planModifiers: [
            ...(choice.keeps && flags.computed ? [useStateForUnknown] : []),
            ...(choice.replaces && place.replace ? [requiresReplace] : []),
          ],
          ...(choice.sensitive && { sensitive: true as const }),
          ...(writeOnly && { writeOnly: true as const }),
          ...(hasDefault && { default: fallback }),
        };
      }),
    );
}

function nestedAttributes(place: Place): Arbitrary<Attribute> {
  const modes: NestingMode[] = place.inSet ? ["single"] : ["single", "list", "set", "map"];
  return fc
    .record({ mode: fc.constantFrom(...modes), flags: flags(place), keeps: fc.boolean() })
    .chain(({ mode, flags, keeps }) => {
      const inner: Place = {
        ...inside(place, mode),
        onlyComputed: place.onlyComputed || (flags.computed === true && !flags.optional),
        allComputed: place.allComputed || flags.computed === true,
      };
      return attributes(inner).map((others): Attribute => {
        const members = mode === "set" ? { ...others, key: keyAttribute(inner) } : others;
        const object = schemaType({ attributes: members });
        const type = { single: object, list: listOf(object), set: setOf(object), map: mapOf(object) }[mode];
        return {
          nature: "attribute",
          ...flags,
          type,
          validators: [],
          nested: { mode, attributes: members },
          planModifiers: keeps && flags.computed ? [useStateForUnknown] : [],
        };
      });
    });
}

const inside = (place: Place, mode: NestedBlock["mode"]): Place => ({
  ...place,
  depth: place.depth - 1,
  dynamic: place.dynamic && (mode === "single" || mode === "group"),
  writeOnly: place.writeOnly && mode !== "set",
  inSet: place.inSet || mode === "set",
  replace: place.replace && mode !== "set",
});

function attributes(place: Place): Arbitrary<Attributes> {
  const attribute =
    place.depth === 0
      ? leaves(place)
      : fc.oneof({ weight: 3, arbitrary: leaves(place) }, { weight: 2, arbitrary: nestedAttributes(place) });
  return fc.dictionary(fc.constantFrom(...NAMES), attribute, {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  });
}

/**
 * Distinguishes the elements of a set. Without one, Terraform itself confuses a computed value with a configured one and may lose
 * an element, which is why sets of objects with computed attributes need a key.
 */
function keyAttribute(place: Place): Attribute {
  const settable: Flags = place.allComputed ? { optional: true, computed: true } : { required: true };
  const flags: Flags = place.onlyComputed ? { computed: true } : settable;
  return { nature: "attribute", ...flags, type: STRING, validators: [] };
}

function blocks(place: Place): Arbitrary<NestedBlock> {
  return fc.constantFrom<NestedBlock["mode"]>("single", "list", "set", "map", "group").chain((mode) =>
    attributes(inside(place, mode)).map(
      (others): NestedBlock => ({
        nature: "block",
        mode,
        block: { attributes: mode === "set" ? { ...others, key: keyAttribute(place) } : others },
      }),
    ),
  );
}

/** Schemas with every kind of attribute and block, nested up to two levels. */
export const schemas: Arbitrary<Schema> = (() => {
  const place: Place = {
    depth: 2,
    dynamic: true,
    writeOnly: true,
    inSet: false,
    onlyComputed: false,
    allComputed: false,
    replace: true,
  };
  return fc.record({
    attributes: attributes(place),
    blocks: fc.dictionary(fc.constantFrom("first_block", "second_block"), blocks({ ...place, depth: 1 }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  });
})();

/** Few values, so that configuration and state often agree. */
function values(type: Type, unknown: boolean): Arbitrary<Value> {
  const element = (inner: Type) =>
    unknown
      ? fc.oneof(
          { weight: 5, arbitrary: values(inner, false) },
          { weight: 1, arbitrary: fc.constant(UNKNOWN) },
        )
      : values(inner, false);
  switch (type.kind) {
    case "string":
      return fc.constantFrom("a", "b", "");
    case "number":
      return fc.constantFrom(0, 1, 0.1);
    case "bool":
      return fc.boolean();
    case "list":
      return fc.array(element(type.element), { maxLength: 2 });
    case "set":
      return fc.uniqueArray(element(type.element), { maxLength: 2 });
    case "map":
      return fc
        .uniqueArray(fc.tuple(fc.constantFrom("k", "l"), element(type.element)), {
          maxLength: 2,
          selector: ([key]) => key,
        })
        .map((entries) => new Map(entries));
    default:
      return fc.constantFrom(new DynamicValue(STRING, "a"), new DynamicValue(NUMBER, 1));
  }
}

type Kind = "config" | "known config" | "state";

/** A nested value of any mode, its objects created by `object`. */
function nestedValues(mode: NestedBlock["mode"], object: Arbitrary<ObjectValue>): Arbitrary<Value> {
  switch (mode) {
    case "single":
    case "group":
      return object;
    case "map":
      return fc
        .uniqueArray(fc.tuple(fc.constantFrom("k", "l"), object), { maxLength: 2, selector: ([key]) => key })
        .map((entries) => new Map(entries));
    case "list":
      return fc.array(object, { maxLength: 3 });
    case "set":
      return fc
        .uniqueArray(fc.tuple(fc.constantFrom("x", "y", "z"), object), {
          maxLength: 3,
          selector: ([key]) => key,
        })
        .map((entries) => entries.map(([key, rest]) => ({ ...rest, key })));
  }
}

function attributeValues(attribute: Attribute, kind: Kind): Arbitrary<Value> {
  const { nested, required, optional, writeOnly } = attribute;
  const nothing = fc.constant(null);
  if (kind === "state" ? writeOnly : !required && !optional) return nothing;
  const known = nested
    ? nestedValues(nested.mode, objectValues(nested, kind))
    : values(attribute.type, kind === "config");
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: required ? 0 : 3, arbitrary: nothing },
    { weight: kind === "config" ? 1 : 0, arbitrary: fc.constant(UNKNOWN) },
  );
}

function blockValues(nested: NestedBlock, kind: Kind): Arbitrary<Value> {
  const known = nestedValues(nested.mode, objectValues(nested.block, kind));
  const { mode } = nested;
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: mode === "single" ? 3 : 0, arbitrary: fc.constant(null) },
    {
      weight: kind === "config" && mode !== "single" && mode !== "group" ? 1 : 0,
      arbitrary: fc.constant(UNKNOWN),
    },
  );
}

/** Objects of a block: what a user may configure, or what may be remembered. */
export function objectValues(block: SchemaBlock, kind: Kind): Arbitrary<ObjectValue> {
  return fc.record(
    Object.fromEntries([
      ...Object.entries(block.attributes).map(([name, a]) => [name, attributeValues(a, kind)] as const),
      ...Object.entries(block.blocks ?? {}).map(([name, b]) => [name, blockValues(b, kind)] as const),
    ]),
    { noNullPrototype: true },
  );
}

/** The configuration once everything in it is known: what was unknown takes the value that `from` has there. */
export function settle(block: SchemaBlock, config: ObjectValue, from: ObjectValue): ObjectValue {
  const entries = [
    ...Object.entries(block.attributes).map(([name, { nested, type }]) => ({
      name,
      type,
      mode: nested?.mode,
      inner: nested,
    })),
    ...Object.entries(block.blocks ?? {}).map(([name, nested]) => ({
      name,
      type: schemaType(block).attributes.get(name) ?? DYNAMIC,
      mode: nested.mode,
      inner: nested.block,
    })),
  ];
  return Object.fromEntries(
    entries.map(({ name, type, mode, inner }) => {
      const value = config[name] ?? null;
      const known = from[name] ?? null;
      return [name, mode && inner ? settleNested(inner, value, known) : settleValue(type, value, known)];
    }),
  );
}

function settleNested(block: SchemaBlock, config: Value, from: Value): Value {
  if (isUnknown(config)) return from;
  const partner = (place: number | string): Value => {
    if (Array.isArray(from)) return from[Number(place)] ?? from[0] ?? {};
    return from instanceof Map ? (from.get(String(place)) ?? {}) : (from ?? {});
  };
  const one = (element: Value, place: number | string): Value =>
    settle(block, element as ObjectValue, partner(place) as ObjectValue);
  if (Array.isArray(config)) {
    return config.map(one);
  }
  if (config instanceof Map) return new Map([...config].map(([key, element]) => [key, one(element, key)]));
  return config === null ? null : one(config, 0);
}

function settleValue(type: Type, config: Value, from: Value): Value {
  if (isUnknown(config)) return isUnknown(from) ? null : from;
  const fallback = (inner: Type): Value =>
    inner.kind === "string" ? "b" : inner.kind === "number" ? 1 : null;
  if (Array.isArray(config) && "element" in type) {
    const all = config.map((element) => (isUnknown(element) ? fallback(type.element) : element));
    return type.kind === "set" ? [...new Set(all)] : all;
  }
  if (config instanceof Map && "element" in type) {
    return new Map([...config].map(([key, v]) => [key, isUnknown(v) ? fallback(type.element) : v]));
  }
  return config;
}
