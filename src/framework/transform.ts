import { comesFrom, counterparts, mapElements } from "./elements.ts";
import type { Attribute, SchemaBlock } from "./schema.ts";
import type { ObjectValue, Value } from "./value.ts";

/**
 * Decides over one attribute: what it has, and what the configuration says of it; undefined where not even the object
 * that the attribute is in is configured.
 */
export type Transform = (attribute: Attribute, value: Value, config: Value | undefined) => Value;

/**
 * Rebuilds an object attribute by attribute at every depth, with the configuration it comes from beside it. Where an attribute
 * has nested attributes, `transform` sees the whole first and then the members of what it returned.
 */
export function transformBlock(
  block: SchemaBlock,
  value: ObjectValue,
  config: ObjectValue | null,
  transform: Transform,
): ObjectValue {
  const nestedValue = (mode: Parameters<typeof mapElements>[0], inner: SchemaBlock, v: Value, c: Value) => {
    const configOf = counterparts(mode, v, c, (element, candidate) => comesFrom(inner, element, candidate));
    return mapElements(mode, v, (element, place) =>
      transformBlock(inner, element, configOf(place), transform),
    );
  };
  const result: Record<string, Value> = { ...value };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const configured = config === null ? undefined : (config[name] ?? null);
    const after = transform(attribute, value[name] ?? null, configured);
    const { nested } = attribute;
    result[name] = nested
      ? nestedValue(nested.mode, { attributes: nested.attributes }, after, configured ?? null)
      : after;
  }
  for (const [name, { mode, block: inner }] of Object.entries(block.blocks ?? {})) {
    result[name] = nestedValue(mode, inner, value[name] ?? null, config?.[name] ?? null);
  }
  return result;
}

/** The same object without what must never leave the configuration. */
export function withoutWriteOnly(block: SchemaBlock, value: ObjectValue): ObjectValue {
  if (!hasWriteOnly(block)) return value;
  return transformBlock(block, value, null, (attribute, v) => (attribute.writeOnly ? null : v));
}

function hasWriteOnly({ attributes, blocks = {} }: SchemaBlock): boolean {
  return (
    Object.values(attributes).some(
      ({ writeOnly, nested }) => writeOnly || (nested && hasWriteOnly({ attributes: nested.attributes })),
    ) || Object.values(blocks).some(({ block }) => hasWriteOnly(block))
  );
}
