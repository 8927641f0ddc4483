import {
  type AttributeMessage,
  type BlockMessage,
  NESTING,
  type NestedBlockMessage,
  type ObjectMessage,
  type SchemaMessage,
} from "./messages.ts";
import { type CtyType, hasDynamic, parseType } from "./type.ts";
import type { ObjectValue, Value } from "./value.ts";

/** An attribute as Terraform holds it after loading a schema. */
export interface Attribute {
  readonly name: string;
  /** The type of the attribute's value; of nested attributes, the type they imply. */
  readonly type: CtyType;
  readonly nested: NestedObject | null;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly deprecated: boolean;
  readonly writeOnly: boolean;
}

/** The nested attributes of an attribute. */
export interface NestedObject {
  readonly nesting: "single" | "list" | "set" | "map";
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** Attributes and nested blocks. */
export interface Block {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: ReadonlyMap<string, NestedBlock>;
  /** The object type of the block's value. */
  readonly type: readonly ["object", Readonly<Record<string, CtyType>>];
}

/** A block inside a block. */
export interface NestedBlock {
  readonly nesting: "single" | "list" | "set" | "map" | "group";
  readonly block: Block;
  readonly minItems: number;
  readonly maxItems: number;
  readonly type: CtyType;
}

/** A schema with its version. */
export interface Schema {
  readonly version: number;
  readonly block: Block;
}

const NESTINGS: Readonly<Record<number, NestedBlock["nesting"]>> = {
  [NESTING.SINGLE]: "single",
  [NESTING.LIST]: "list",
  [NESTING.SET]: "set",
  [NESTING.MAP]: "map",
  [NESTING.GROUP]: "group",
};

/**
 * Loads a schema as Terraform does and holds it to the rules that Terraform checks at load time. Throws with Terraform's text;
 * `what` names the schema, "managed resource type "x"" for one.
 */
export function loadSchema(message: SchemaMessage | null, what: string): Schema {
  const fail = (problem: string): never => {
    throw new Error(`invalid schema for ${what}, which is a bug in the provider: ${problem}`);
  };
  if (message?.block === null || message?.block === undefined)
    return fail("no block: Terraform crashes on this");
  const version = Number(message.version);
  if (version < 0) fail("negative schema version");
  return { version, block: loadBlock(message.block, "", fail) };
}

function loadBlock(message: BlockMessage, path: string, fail: (problem: string) => never): Block {
  const attributes = loadAttributes(message.attributes, path, fail);
  const blocks = new Map<string, NestedBlock>();
  for (const nested of message.blockTypes) {
    const at = `${path}${nested.typeName}`;
    if (attributes.has(nested.typeName)) fail(`${at}: name defined as both attribute and child block type`);
    if (blocks.has(nested.typeName)) fail(`${at}: two blocks of one name`);
    if (!/^[a-z0-9_]+$/.test(nested.typeName)) fail(`${at}: block type names are lower case`);
    blocks.set(nested.typeName, loadNestedBlock(nested, at, fail));
  }
  const members: Record<string, CtyType> = {};
  for (const [name, attribute] of attributes) members[name] = attribute.type;
  for (const [name, nested] of blocks) members[name] = nested.type;
  return { attributes, blocks, type: ["object", members] };
}

function loadNestedBlock(
  message: NestedBlockMessage,
  at: string,
  fail: (problem: string) => never,
): NestedBlock {
  const nesting = NESTINGS[message.nesting] ?? fail(`${at}: invalid nesting mode`);
  if (message.block === null) return fail(`${at}: no block: Terraform crashes on this`);
  const block = loadBlock(message.block, `${at}.`, fail);
  const [minItems, maxItems] = [Number(message.minItems), Number(message.maxItems)];
  if (minItems < 0 || maxItems < 0) fail(`${at}: MinItems and MaxItems must not be negative`);
  if (nesting === "single" && (minItems !== maxItems || minItems > 1)) {
    fail(`${at}: MinItems and MaxItems must match in NestingSingle mode`);
  }
  if ((nesting === "group" || nesting === "map") && (minItems !== 0 || maxItems !== 0)) {
    fail(`${at}: MinItems and MaxItems cannot be used in this mode`);
  }
  if (maxItems !== 0 && minItems > maxItems) fail(`${at}: MinItems must be less than or equal to MaxItems`);
  const dynamicInside = hasDynamic(block.type);
  if (nesting === "set" && dynamicInside)
    fail(`${at}: NestingSet blocks may not contain attributes of dynamic type`);
  // A list or map block with dynamic attributes travels as a value of dynamic type: its elements may differ in type.
  const collection = (kind: "list" | "set" | "map"): CtyType =>
    dynamicInside ? "dynamic" : [kind, block.type];
  const type = nesting === "single" || nesting === "group" ? block.type : collection(nesting);
  return { nesting, block, minItems, maxItems, type };
}

function loadAttributes(
  messages: readonly AttributeMessage[],
  path: string,
  fail: (problem: string) => never,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const message of messages) {
    const at = `${path}${message.name}`;
    if (attributes.has(message.name)) fail(`${at}: two attributes of one name`);
    attributes.set(message.name, loadAttribute(message, at, fail));
  }
  return attributes;
}

function loadAttribute(message: AttributeMessage, at: string, fail: (problem: string) => never): Attribute {
  const { required, optional, computed, writeOnly } = message;
  if (!required && !optional && !computed) fail(`${at}: must set Optional, Required or Computed`);
  if (optional && required) fail(`${at}: cannot set both Optional and Required`);
  if (computed && required) fail(`${at}: cannot set both Computed and Required`);
  if (writeOnly && computed) fail(`${at}: cannot set both WriteOnly and Computed`);
  if (message.deprecationMessage !== "" && !message.deprecated) {
    fail(`${at}: a deprecation message needs deprecated = true`);
  }
  const hasType = message.type.length > 0;
  if (!hasType && message.nestedType === null) fail(`${at}: either Type or NestedType must be defined`);
  if (hasType && message.nestedType !== null) fail(`${at}: Type and NestedType cannot both be set`);
  const nested = message.nestedType === null ? null : loadNestedObject(message.nestedType, at, fail);
  return {
    name: message.name,
    type: nested === null ? parseType(message.type.toString()) : nestedType(nested),
    nested,
    required,
    optional,
    computed,
    sensitive: message.sensitive,
    deprecated: message.deprecated,
    writeOnly,
  };
}

function loadNestedObject(
  message: ObjectMessage,
  at: string,
  fail: (problem: string) => never,
): NestedObject {
  const nesting = NESTINGS[message.nesting];
  if (nesting === undefined || nesting === "group") return fail(`${at}: invalid nesting mode`);
  const attributes = loadAttributes(message.attributes, `${at}.`, fail);
  if (nesting === "set") {
    for (const attribute of attributes.values()) {
      if (hasDynamic(attribute.type))
        fail(`${at}: NestingSet objects may not contain attributes of dynamic type`);
      if (attribute.writeOnly) fail(`${at}: NestingSet objects may not contain write-only attributes`);
    }
  }
  return { nesting, attributes };
}

/** The object type of one element of nested attributes. */
export function elementType(nested: NestedObject): CtyType {
  return [
    "object",
    Object.fromEntries([...nested.attributes].map(([name, attribute]) => [name, attribute.type])),
  ];
}

function nestedType(nested: NestedObject): CtyType {
  return nested.nesting === "single" ? elementType(nested) : [nested.nesting, elementType(nested)];
}

/** The value of a block when nothing is configured in it: null attributes, and blocks in their empty form. */
export function emptyBlock(block: Block): ObjectValue {
  return completeBlock(block, {});
}

/**
 * Completes what a test writes into the object that Terraform would make of such a configuration: attributes left out become
 * null at every depth, blocks left out take their empty form. Unknown names throw, as they do for a user.
 */
export function completeBlock(block: Block, given: ObjectValue): ObjectValue {
  const result: Record<string, Value> = {};
  for (const name of Object.keys(given)) {
    if (!block.attributes.has(name) && !block.blocks.has(name))
      throw new Error(`Unsupported argument "${name}"`);
  }
  for (const [name, attribute] of block.attributes)
    result[name] = completeAttribute(attribute, given[name] ?? null);
  for (const [name, nested] of block.blocks) result[name] = completeNestedBlock(nested, given[name]);
  return result;
}

const isPlainObject = (value: Value | undefined): value is ObjectValue =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getOwnPropertySymbols(value).length === 0;

function completeAttribute(attribute: Attribute, value: Value): Value {
  const { nested } = attribute;
  if (nested === null) return value;
  const complete = (element: Value): Value =>
    isPlainObject(element) ? completeObject(nested, element) : element;
  if (nested.nesting === "single") return complete(value);
  if (Array.isArray(value)) return (value as readonly Value[]).map(complete);
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, complete(element)]));
  }
  return value;
}

function completeObject(nested: NestedObject, given: ObjectValue): ObjectValue {
  for (const name of Object.keys(given)) {
    if (!nested.attributes.has(name)) throw new Error(`Unsupported argument "${name}"`);
  }
  return Object.fromEntries(
    [...nested.attributes].map(([name, attribute]) => [
      name,
      completeAttribute(attribute, given[name] ?? null),
    ]),
  );
}

function completeNestedBlock(nested: NestedBlock, given: Value | undefined): Value {
  const complete = (element: Value): Value =>
    isPlainObject(element) ? completeBlock(nested.block, element) : element;
  switch (nested.nesting) {
    case "single":
      return complete(given ?? null);
    case "group":
      return complete(given ?? {});
    case "map":
      if (given === undefined || isPlainObject(given)) {
        return Object.fromEntries(
          Object.entries(given ?? {}).map(([key, element]) => [key, complete(element)]),
        );
      }
      return given;
    default:
      return Array.isArray(given) ? (given as readonly Value[]).map(complete) : (given ?? []);
  }
}
