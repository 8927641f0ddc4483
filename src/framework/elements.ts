import type { Path } from "./path.ts";
import type { Attribute, NestedBlock, SchemaBlock } from "./schema.ts";
import { schemaType } from "./schema.ts";
import {
  equalValues,
  isList,
  isMap,
  isObject,
  isUnknown,
  type ObjectValue,
  pairAll,
  type Value,
} from "./value.ts";

type Mode = NestedBlock["mode"];

/** Where an object stands in a nested value: its index or its key; a single one stands at 0. */
export type Place = number | string;

/** Rebuilds a nested value object by object. Elements that are null or unknown stay as they are. */
export function mapElements(
  mode: Mode,
  value: Value,
  change: (element: ObjectValue, place: Place, step: Path) => ObjectValue,
): Value {
  if (isList(value)) {
    return value.map((element, index) => {
      const step = mode === "set" ? { setElement: index } : { index };
      return isObject(element) ? change(element, index, [step]) : element;
    });
  }
  if (isMap(value)) {
    return new Map(
      [...value].map(([key, element]) => [
        key,
        isObject(element) ? change(element, key, [{ key }]) : element,
      ]),
    );
  }
  return isObject(value) ? change(value, 0, []) : value;
}

/**
 * Finds the counterparts of a nested value's elements in another value of the same attribute or block: lists pair by
 * index, maps by key, sets (whose order means nothing) by what `fits`, and the rest in their order.
 */
export function counterparts(
  mode: Mode,
  value: Value,
  other: Value,
  fits: (element: ObjectValue, other: ObjectValue) => boolean,
): (place: Place) => ObjectValue | null {
  if (mode === "set") {
    const pairs = pairAll(
      isList(value) ? value : [],
      isList(other) ? other : [],
      (a, b) => isObject(a) && isObject(b) && fits(a, b),
    );
    return (place) => asObject(pairs[Number(place)]);
  }
  return (place) => {
    if (isList(other)) return asObject(other[Number(place)]);
    return asObject(isMap(other) ? other.get(String(place)) : other);
  };
}

/**
 * Whether a planned object can have come from this configuration: what is configured stands there, the rest is computed
 * or null. Write-only attributes may be dropped already.
 */
export function comesFrom(block: SchemaBlock, planned: ObjectValue, config: ObjectValue): boolean {
  const attributesFit = Object.entries(block.attributes).every(([name, attribute]) =>
    attributeComesFrom(attribute, planned[name] ?? null, config[name] ?? null),
  );
  return (
    attributesFit &&
    Object.entries(block.blocks ?? {}).every(([name, nested]) =>
      nestedComesFrom(nested.mode, nested.block, planned[name] ?? null, config[name] ?? null),
    )
  );
}

function attributeComesFrom(attribute: Attribute, planned: Value, config: Value): boolean {
  if (attribute.writeOnly) return true;
  if (config === null) return attribute.computed === true || planned === null;
  const { nested } = attribute;
  return nested
    ? nestedComesFrom(nested.mode, { attributes: nested.attributes }, planned, config)
    : equalValues(planned, config, attribute.type);
}

function nestedComesFrom(mode: Mode, block: SchemaBlock, planned: Value, config: Value): boolean {
  if (planned === null || config === null || isUnknown(planned) || isUnknown(config)) {
    return equalValues(planned, config, schemaType(block));
  }
  const configOf = counterparts(mode, planned, config, (a, b) => comesFrom(block, a, b));
  let fits = sizeOf(planned) === sizeOf(config);
  mapElements(mode, planned, (element, place) => {
    const elementConfig = configOf(place);
    fits &&= elementConfig !== null && comesFrom(block, element, elementConfig);
    return element;
  });
  return fits;
}

function sizeOf(value: Value): number {
  if (isList(value)) return value.length;
  return isMap(value) ? value.size : 1;
}

const asObject = (value: Value | undefined): ObjectValue | null =>
  value !== undefined && isObject(value) ? value : null;
