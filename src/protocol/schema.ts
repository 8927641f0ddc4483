import type {
  Attribute,
  Attributes,
  NestedBlock,
  NestingMode,
  Schema,
  SchemaBlock,
} from "../framework/schema.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import { byName } from "./by-name.ts";
import { typeToJson } from "./cty-type.ts";
import {
  SchemaNestedBlockNestingMode,
  SchemaObjectNestingMode,
  StringKind,
  type SchemaAttribute as WireAttribute,
  type SchemaBlock as WireBlock,
  type SchemaNestedBlock as WireNestedBlock,
  type Schema as WireSchema,
} from "./generated/tfplugin6.ts";

const OBJECT_NESTING: Readonly<Record<NestingMode, SchemaObjectNestingMode>> = {
  single: SchemaObjectNestingMode.SINGLE,
  list: SchemaObjectNestingMode.LIST,
  set: SchemaObjectNestingMode.SET,
  map: SchemaObjectNestingMode.MAP,
};

const BLOCK_NESTING: Readonly<Record<NestedBlock["mode"], SchemaNestedBlockNestingMode>> = {
  single: SchemaNestedBlockNestingMode.SINGLE,
  list: SchemaNestedBlockNestingMode.LIST,
  set: SchemaNestedBlockNestingMode.SET,
  map: SchemaNestedBlockNestingMode.MAP,
  group: SchemaNestedBlockNestingMode.GROUP,
};

/** A schema as it travels: attributes and blocks sorted by name, so that the same schema is always the same bytes. */
export function encodeSchema(schema: Schema): MessageInit<WireSchema> {
  return {
    version: BigInt(schema.version ?? 0),
    block: {
      ...encodeBlock(schema),
      ...described(schema.description),
      deprecated: schema.deprecated !== undefined,
      deprecationMessage: schema.deprecated,
    },
  };
}

function encodeBlock(block: SchemaBlock): MessageInit<WireBlock> {
  return {
    attributes: encodeAttributes(block.attributes),
    blockTypes: byName(block.blocks ?? {}).map(([name, nested]) => encodeNestedBlock(name, nested)),
  };
}

function encodeAttributes(attributes: Attributes): MessageInit<WireAttribute>[] {
  return byName(attributes).map(([name, attribute]) => encodeAttribute(name, attribute));
}

function encodeAttribute(name: string, attribute: Attribute): MessageInit<WireAttribute> {
  const shape = attribute.nested
    ? {
        nestedType: {
          attributes: encodeAttributes(attribute.nested.attributes),
          nesting: OBJECT_NESTING[attribute.nested.mode],
        },
      }
    : { type: Buffer.from(JSON.stringify(typeToJson(attribute.type))) };
  return {
    name,
    ...shape,
    ...described(attribute.description),
    required: attribute.required,
    optional: attribute.optional,
    computed: attribute.computed,
    sensitive: attribute.sensitive,
    writeOnly: attribute.writeOnly,
    deprecated: attribute.deprecated !== undefined,
    deprecationMessage: attribute.deprecated,
  };
}

function encodeNestedBlock(typeName: string, nested: NestedBlock): MessageInit<WireNestedBlock> {
  return {
    typeName,
    block: encodeBlock(nested.block),
    nesting: BLOCK_NESTING[nested.mode],
    minItems: BigInt(nested.minItems ?? 0),
    maxItems: BigInt(nested.maxItems ?? 0),
  };
}

function described(description: string | undefined) {
  return description === undefined ? {} : { description, descriptionKind: StringKind.PLAIN };
}
