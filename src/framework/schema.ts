import type { NumberValue } from "./decimal.ts";
import type { PlanModifier } from "./plan-modifiers.ts";
import {
  BOOL,
  DYNAMIC,
  listOf,
  mapOf,
  NUMBER,
  type ObjectType,
  objectOf,
  STRING,
  setOf,
  type Type,
} from "./type.ts";
import type { Validator } from "./validators.ts";
import type { Unknown, Value } from "./value.ts";

/** How an attribute may be set: at least one of the flags; `required` stands alone, `optional` and `computed` may go together. */
export interface AttributeFlags {
  /** The configuration must set it. */
  readonly required?: true;
  /** The configuration may set it. */
  readonly optional?: true;
  /** The provider sets it where the configuration does not. */
  readonly computed?: true;
}

export interface AttributeOptions extends AttributeFlags {
  readonly description?: string;
  /** Never shown by Terraform in plans and outputs. */
  readonly sensitive?: true;
  /** Only ever in the configuration, never in plan or state. */
  readonly writeOnly?: true;
  /** Says what to use instead; setting the attribute then gives a warning. */
  readonly deprecated?: string;
  readonly planModifiers?: readonly PlanModifier[];
}

/** An attribute of a schema. `V` is the JavaScript type of its known, non-null value. */
export interface Attribute<V = unknown, F extends AttributeFlags = AttributeFlags> extends AttributeOptions {
  readonly nature: "attribute";
  readonly type: Type;
  /** Present when the value has attributes with flags of their own (protocol 6 nested attributes). */
  readonly nested?: Nested;
  readonly validators: readonly Validator<never>[];
  /** Planned when the configuration leaves an optional+computed attribute null. */
  readonly default?: Value;
  /** Carries `V` and `F` for inference; never present at run time. */
  readonly inferred?: { readonly value: V; readonly flags: F };
}

export type NestingMode = "single" | "list" | "set" | "map";

export interface Nested {
  readonly mode: NestingMode;
  readonly attributes: Attributes;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** A nested block (`name { … }` in configuration), for schemas that must look like older ones. */
export interface NestedBlock<S extends SchemaBlock = SchemaBlock> {
  readonly nature: "block";
  readonly mode: "single" | "list" | "set" | "map" | "group";
  readonly block: S;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface SchemaBlock {
  readonly attributes: Attributes;
  readonly blocks?: Readonly<Record<string, NestedBlock>>;
}

/** The schema of a provider, a resource or a data source. */
export interface Schema extends SchemaBlock {
  /** To be increased when the stored state changes shape. */
  readonly version?: number;
  readonly description?: string;
  readonly deprecated?: string;
}

// ---- Builders: one per type of attribute. The options' flags are kept in the type, so that the values can be inferred.

type Options<V> = AttributeOptions & { readonly validators?: readonly Validator<V>[]; readonly default?: V };
type Flags<O> = { readonly [K in Extract<keyof O, keyof AttributeFlags>]: true };

const attribute = <V, O extends Options<V>>(
  type: Type,
  options: O,
  nested?: Nested,
): Attribute<V, Flags<O>> => ({
  nature: "attribute",
  ...options,
  type,
  validators: options.validators ?? [],
  ...(nested && { nested }),
  ...(options.default !== undefined && { default: options.default as Value }),
});

export const stringAttribute = <const O extends Options<string>>(options: O) =>
  attribute<string, O>(STRING, options);

export const boolAttribute = <const O extends Options<boolean>>(options: O) =>
  attribute<boolean, O>(BOOL, options);

/** A whole number. Values beyond 2^53 are bigint. */
export const integerAttribute = <const O extends Options<number | bigint>>(options: O) =>
  attribute<number | bigint, O>(NUMBER, options);

/** A number of any precision. */
export const numberAttribute = <const O extends Options<NumberValue>>(options: O) =>
  attribute<NumberValue, O>(NUMBER, options);

export const dynamicAttribute = <const O extends Options<Value>>(options: O) =>
  attribute<Value, O>(DYNAMIC, options);

export const stringListAttribute = <const O extends Options<readonly string[]>>(options: O) =>
  attribute<readonly string[], O>(listOf(STRING), options);

export const stringSetAttribute = <const O extends Options<readonly string[]>>(options: O) =>
  attribute<readonly string[], O>(setOf(STRING), options);

export const stringMapAttribute = <const O extends Options<ReadonlyMap<string, string>>>(options: O) =>
  attribute<ReadonlyMap<string, string>, O>(mapOf(STRING), options);

/** An attribute of any other type, for example a list of lists. Its values are untyped. */
export const typedAttribute = <const O extends Options<Value>>(type: Type, options: O) =>
  attribute<Value, O>(type, options);

/** Marks the type of a nested attribute, whose values depend on where they are used (config, plan or state). */
export interface NestedValue<M extends NestingMode, As extends Attributes> {
  readonly nestedMode: M;
  readonly nestedAttributes: As;
}

const nested = <M extends NestingMode, As extends Attributes, O extends Options<never>>(
  mode: M,
  attributes: As,
  options: O,
): Attribute<NestedValue<M, As>, Flags<O>> => {
  const object = schemaType({ attributes });
  const type = { single: object, list: listOf(object), set: setOf(object), map: mapOf(object) }[mode];
  return attribute(type, options as Options<NestedValue<M, As>> & O, { mode, attributes });
};

/** `name = { … }`: one object whose members have flags of their own. */
export const singleNestedAttribute = <const O extends Options<never>, As extends Attributes>(
  attributes: As,
  options: O,
) => nested("single", attributes, options);

/** `name = [{ … }, …]` */
export const listNestedAttribute = <const O extends Options<never>, As extends Attributes>(
  attributes: As,
  options: O,
) => nested("list", attributes, options);

/** `name = [{ … }, …]`, in no order and without duplicates. */
export const setNestedAttribute = <const O extends Options<never>, As extends Attributes>(
  attributes: As,
  options: O,
) => nested("set", attributes, options);

/** `name = { key = { … }, … }` */
export const mapNestedAttribute = <const O extends Options<never>, As extends Attributes>(
  attributes: As,
  options: O,
) => nested("map", attributes, options);

// ---- Inferred values

type FlagsOf<A> = A extends Attribute<unknown, infer F> ? F : never;
type IsSet<A, K extends keyof AttributeFlags> = FlagsOf<A> extends { readonly [P in K]: true } ? true : false;

/** The known, non-null value; `W` is what each nested member becomes. */
type KnownValue<A, W extends "config" | "plan" | "state"> =
  A extends Attribute<infer V, AttributeFlags>
    ? V extends NestedValue<infer M, infer As>
      ? Nest<M, ObjectOf<As, W>>
      : V
    : never;

type Nest<M extends NestingMode, T> = M extends "single"
  ? T
  : M extends "map"
    ? ReadonlyMap<string, T>
    : readonly T[];

type ValueIn<A, W extends "config" | "plan" | "state"> = W extends "config"
  ? KnownValue<A, W> | null | Unknown
  : IsSet<A, "required"> extends true
    ? KnownValue<A, W>
    : W extends "plan"
      ? IsSet<A, "computed"> extends true
        ? KnownValue<A, W> | null | Unknown
        : KnownValue<A, W> | null
      : KnownValue<A, W> | null;

type ObjectOf<As extends Attributes, W extends "config" | "plan" | "state"> = {
  readonly [K in keyof As]: ValueIn<As[K], W>;
};

/** The configuration as written, at any time before apply: anything may be null or unknown. */
export type Config<S extends SchemaBlock> = ObjectOf<S["attributes"], "config">;

/** The plan as it reaches create and update: what is configured is known, what is computed may be unknown. */
export type Plan<S extends SchemaBlock> = ObjectOf<S["attributes"], "plan">;

/** The state of a resource: everything is known, what is not required may be null. */
export type State<S extends SchemaBlock> = ObjectOf<S["attributes"], "state">;

/** The state that Terraform refreshes: right after an import little more than an ID. */
export type PriorState<S extends SchemaBlock> = {
  readonly [K in keyof State<S>]: State<S>[K] | null;
};

/** What may be saved while a resource is being created: whatever is known so far. */
export type PartialState<S extends Schema> = { readonly [K in keyof State<S>]?: State<S>[K] | null };

// ---- Types of whole objects

const types = new WeakMap<SchemaBlock, ObjectType>();

/** The object type of everything in a schema. Computed once per schema. */
export function schemaType(schema: SchemaBlock): ObjectType {
  const known = types.get(schema);
  if (known) return known;
  const attributes = Object.entries(schema.attributes).map(([name, { type }]) => [name, type] as const);
  const blocks = Object.entries(schema.blocks ?? {}).map(
    ([name, block]) => [name, blockType(block)] as const,
  );
  const type = objectOf(new Map([...attributes, ...blocks]));
  types.set(schema, type);
  return type;
}

function blockType(block: NestedBlock): Type {
  const object = schemaType(block.block);
  switch (block.mode) {
    case "single":
    case "group":
      return object;
    case "list":
      return listOf(object);
    case "map":
      return mapOf(object);
    case "set":
      return setOf(object);
  }
}
