import type { Attribute, Block, NestedBlock, NestedObject } from "./schema.ts";
import { elementType } from "./schema.ts";
import type { CtyType } from "./type.ts";
import { elements, isUnknown, members, type ObjectValue, sameValue, type Value } from "./value.ts";

/**
 * What Terraform proposes as the new state: configured values win; a computed attribute that is not configured keeps its prior
 * value, at every depth. `prior` is null for a create. `config` must be an object.
 */
export function proposedNew(block: Block, prior: ObjectValue | null, config: ObjectValue): ObjectValue {
  const result: Record<string, Value> = proposedAttributes(block.attributes, prior, config);
  for (const [name, nested] of block.blocks) {
    result[name] = proposedNestedBlock(nested, prior?.[name] ?? null, config[name] ?? null);
  }
  return result;
}

function proposedAttributes(
  attributes: ReadonlyMap<string, Attribute>,
  prior: ObjectValue | null,
  config: ObjectValue,
): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, attribute] of attributes) {
    const priorValue = prior?.[name] ?? null;
    const configValue = config[name] ?? null;
    if (attribute.computed && configValue === null) {
      result[name] = holdsConfiguredValue(attribute, priorValue) ? null : priorValue;
    } else if (attribute.nested !== null) {
      result[name] = proposedNested(attribute.nested, priorValue, configValue);
    } else {
      result[name] = configValue;
    }
  }
  return result;
}

/**
 * Whether the prior value of an optional and computed nested attribute can only come from an earlier configuration, because it
 * holds a value that the provider could not have computed.
 */
function holdsConfiguredValue(attribute: Attribute, prior: Value): boolean {
  const { nested, optional } = attribute;
  if (!optional || nested === null || prior === null || isUnknown(prior)) return false;
  return nestedElements(nested, prior).some(([, element]) => {
    if (element === null || isUnknown(element)) return false;
    return [...nested.attributes].some(([name, child]) => {
      const value = members(element)[name] ?? null;
      if (value === null) return false;
      return child.nested === null
        ? !child.computed
        : holdsConfiguredValue({ ...child, optional: true }, value);
    });
  });
}

/** The elements of a nested attribute with their keys; a single one has the key 0. */
function nestedElements(
  nested: NestedObject,
  value: Value,
): ReadonlyArray<readonly [string | number, Value]> {
  if (nested.nesting === "single") return [[0, value]];
  if (nested.nesting === "map") return Object.entries(members(value));
  return elements(value).map((element, index) => [index, element] as const);
}

type Propose = (prior: ObjectValue | null, config: ObjectValue) => ObjectValue;

function proposedNested(nested: NestedObject, prior: Value, config: Value): Value {
  if (config === null || isUnknown(config)) return config;
  const propose: Propose = (priorElement, element) =>
    proposedAttributes(nested.attributes, priorElement, element);
  if (nested.nesting === "single") return propose(objectOrNull(prior), members(config));
  return proposedCollection(nested.nesting, prior, config, propose, (priorElement, element) =>
    couldComeFrom(nested.attributes, elementType(nested), priorElement, element),
  );
}

function proposedNestedBlock(nested: NestedBlock, prior: Value, config: Value): Value {
  if (config === null || isUnknown(config)) return config;
  const propose: Propose = (priorElement, element) => proposedNew(nested.block, priorElement, element);
  if (nested.nesting === "single" || nested.nesting === "group") {
    return propose(objectOrNull(prior), members(config));
  }
  return proposedCollection(nested.nesting, prior, config, propose, (priorElement, element) =>
    couldComeFrom(nested.block.attributes, nested.block.type, priorElement, element),
  );
}

function proposedCollection(
  nesting: "list" | "set" | "map",
  prior: Value,
  config: Value,
  propose: Propose,
  matches: (prior: ObjectValue, config: ObjectValue) => boolean,
): Value {
  const one = (priorElement: Value | undefined, element: Value): Value => {
    const from = objectOrNull(element);
    return from === null ? element : propose(objectOrNull(priorElement ?? null), from);
  };
  const known = prior !== null && !isUnknown(prior);
  if (nesting === "map") {
    const before = known ? members(prior) : {};
    return Object.fromEntries(
      Object.entries(members(config)).map(([key, element]) => [key, one(before[key], element)]),
    );
  }
  const before = known ? elements(prior) : [];
  if (nesting === "list") return elements(config).map((element, index) => one(before[index], element));
  // Set elements have no name: each takes the first unused prior element that could have come from its configuration.
  const unused = [...before];
  return elements(config).map((element) => {
    const wanted = objectOrNull(element);
    if (wanted === null) return element;
    const index = unused.findIndex((candidate) => {
      const object = objectOrNull(candidate);
      return object !== null && matches(object, wanted);
    });
    return one(index < 0 ? null : unused.splice(index, 1)[0], element);
  });
}

/** Whether a prior element differs from the configured one only where the provider may have computed something. */
function couldComeFrom(
  attributes: ReadonlyMap<string, Attribute>,
  type: CtyType,
  prior: ObjectValue,
  config: ObjectValue,
): boolean {
  if (sameValue(type, prior, config)) return true;
  return [...attributes].every(([name, attribute]) => {
    const before = prior[name] ?? null;
    const wanted = config[name] ?? null;
    if (sameValue(attribute.type, before, wanted)) return true;
    if (attribute.computed && wanted === null) return true;
    const { nested } = attribute;
    if (nested === null || nested.nesting !== "single") return false;
    const [beforeObject, wantedObject] = [objectOrNull(before), objectOrNull(wanted)];
    return (
      beforeObject !== null &&
      wantedObject !== null &&
      couldComeFrom(nested.attributes, attribute.type, beforeObject, wantedObject)
    );
  });
}

const objectOrNull = (value: Value): ObjectValue | null =>
  value === null || isUnknown(value) ? null : members(value);
