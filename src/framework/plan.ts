import { type Diagnostic, hasErrors } from "./diagnostics.ts";
import { formatPath, type Path } from "./path.ts";
import type { AnyResource } from "./provider.ts";
import {
  type Attribute,
  type Config,
  type Schema,
  type SchemaBlock,
  type State,
  schemaType,
} from "./schema.ts";
import {
  equalValues,
  isList,
  isMap,
  isObject,
  isUnknown,
  type ObjectValue,
  UNKNOWN,
  type Value,
} from "./value.ts";

export interface PlanInput {
  /** What is remembered; null on create. */
  readonly prior: ObjectValue | null;
  /** Configuration and prior merged by Terraform; null on destroy. */
  readonly proposed: ObjectValue | null;
  /** Null on destroy. */
  readonly config: ObjectValue | null;
}

export interface PlanOutput {
  readonly planned: ObjectValue | null;
  readonly requiresReplace: readonly Path[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans a change, in the order that Terraform's own framework made the convention:
 * defaults; write-only values dropped; computed attributes unknown, but only when something changes at all;
 * the schema's plan modifiers; the resource's own last word.
 */
export function planResourceChange(resource: AnyResource<never>, input: PlanInput): PlanOutput {
  const { schema } = resource;
  const diagnostics: Diagnostic[] = [];
  const requiresReplace: Path[] = [];
  let planned = input.proposed;

  if (planned !== null && input.config !== null) {
    planned = applyDefaults(schema, planned, input.config);
    planned = dropWriteOnly(schema, planned);
    if (input.prior === null || !equalValues(planned, input.prior, schemaType(schema))) {
      planned = markComputed(schema, planned, input.config);
    }
    const modification = { diagnostics, requiresReplace };
    planned = modifyBlock(schema, planned, input.config, input.prior, [], modification);
  }
  if (resource.modifyPlan && !hasErrors(diagnostics)) {
    // Decoded by this very schema, so the erased values are the typed ones.
    const last = resource.modifyPlan({
      config: input.config as Config<Schema> | null,
      plan: planned as Config<Schema> | null,
      prior: input.prior as State<Schema> | null,
    });
    if (last.plan && planned !== null) planned = { ...planned, ...last.plan };
    requiresReplace.push(...(last.requiresReplace ?? []));
    diagnostics.push(...(last.diagnostics ?? []));
  }
  return { planned, requiresReplace: distinctPaths(requiresReplace), diagnostics };
}

type Transform = (attribute: Attribute, planned: Value, config: Value) => Value;

/**
 * Rebuilds a planned object attribute by attribute, with the configuration beside it. `transform` decides over each
 * attribute; where it leaves a nested value in place, the members are visited too.
 */
function transformBlock(
  block: SchemaBlock,
  planned: ObjectValue,
  config: ObjectValue | null,
  transform: Transform,
): ObjectValue {
  const result: Record<string, Value> = { ...planned };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const before = planned[name] ?? null;
    const configured = config?.[name] ?? null;
    const after = transform(attribute, before, configured);
    const nested = attribute.nested;
    result[name] = nested
      ? mapElements(after, configured, (element, elementConfig) =>
          transformBlock({ attributes: nested.attributes }, element, elementConfig, transform),
        )
      : after;
  }
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    result[name] = mapElements(planned[name] ?? null, config?.[name] ?? null, (element, elementConfig) =>
      transformBlock(nested.block, element, elementConfig, transform),
    );
  }
  return result;
}

/** Attributes that the configuration leaves null and that have a default get it. */
function applyDefaults(schema: SchemaBlock, planned: ObjectValue, config: ObjectValue): ObjectValue {
  return transformBlock(schema, planned, config, (attribute, value, configured) =>
    attribute.default !== undefined && configured === null ? attribute.default : value,
  );
}

function dropWriteOnly(schema: SchemaBlock, planned: ObjectValue): ObjectValue {
  return transformBlock(schema, planned, null, (attribute, value) => (attribute.writeOnly ? null : value));
}

/** Computed attributes that the configuration leaves null become "known after apply". */
function markComputed(schema: SchemaBlock, planned: ObjectValue, config: ObjectValue): ObjectValue {
  return transformBlock(schema, planned, config, (attribute, value, configured) =>
    attribute.computed && configured === null && attribute.default === undefined ? UNKNOWN : value,
  );
}

interface Modification {
  readonly diagnostics: Diagnostic[];
  readonly requiresReplace: Path[];
}

function modifyBlock(
  block: SchemaBlock,
  planned: ObjectValue,
  config: ObjectValue | null,
  prior: ObjectValue | null,
  path: Path,
  modification: Modification,
): ObjectValue {
  const result: Record<string, Value> = { ...planned };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const attributePath = [...path, { attribute: name }];
    const configured = config?.[name] ?? null;
    const remembered = prior?.[name] ?? null;
    let value = planned[name] ?? null;
    for (const modifier of attribute.planModifiers ?? []) {
      const outcome = modifier({
        path: attributePath,
        type: attribute.type,
        config: configured,
        prior: remembered,
        hasPrior: prior !== null,
        planned: value,
      });
      if ("planned" in outcome && outcome.planned !== undefined) value = outcome.planned;
      if (outcome.requiresReplace) modification.requiresReplace.push(attributePath);
      modification.diagnostics.push(...(outcome.diagnostics ?? []));
    }
    const nested = attribute.nested;
    result[name] = nested
      ? modifyElements(
          { attributes: nested.attributes },
          value,
          configured,
          remembered,
          attributePath,
          modification,
        )
      : value;
  }
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    result[name] = modifyElements(
      nested.block,
      planned[name] ?? null,
      config?.[name] ?? null,
      prior?.[name] ?? null,
      [...path, { attribute: name }],
      modification,
    );
  }
  return result;
}

function modifyElements(
  block: SchemaBlock,
  planned: Value,
  config: Value,
  prior: Value,
  path: Path,
  modification: Modification,
): Value {
  const modify = (element: ObjectValue, elementConfig: ObjectValue | null, elementPrior: Value, step: Path) =>
    modifyBlock(block, element, elementConfig, asObject(elementPrior), [...path, ...step], modification);

  if (isList(planned)) {
    return planned.map((element, index) => {
      if (!isObject(element)) return element;
      // A neighbour's computed values must not slip into a new or moved element: the same place in the list is the
      // same element only while what the user configured of it is the same.
      const candidate = isList(prior) ? asObject(prior[index] ?? null) : null;
      const elementPrior = candidate !== null && sameConfigured(block, element, candidate) ? candidate : null;
      return modify(element, configOf(element, config, index), elementPrior, [{ index }]);
    });
  }
  if (isMap(planned)) {
    return new Map(
      [...planned].map(([key, element]) => [
        key,
        isObject(element)
          ? modify(
              element,
              asObject((isMap(config) && config.get(key)) || null),
              (isMap(prior) && prior.get(key)) || null,
              [{ key }],
            )
          : element,
      ]),
    );
  }
  return isObject(planned) ? modify(planned, asObject(config), prior, []) : planned;
}

function sameConfigured(block: SchemaBlock, a: ObjectValue, b: ObjectValue): boolean {
  return Object.entries(block.attributes).every(
    ([name, attribute]) =>
      (attribute.computed && !attribute.optional) ||
      isUnknown(a[name] ?? null) ||
      equalValues(a[name] ?? null, b[name] ?? null, attribute.type),
  );
}

/** Applies `change` to each object in a nested value, paired with the configuration it came from. */
function mapElements(
  value: Value,
  config: Value,
  change: (element: ObjectValue, config: ObjectValue | null) => ObjectValue,
): Value {
  if (isList(value)) {
    return value.map((element, index) =>
      isObject(element) ? change(element, configOf(element, config, index)) : element,
    );
  }
  if (isMap(value)) {
    return new Map(
      [...value].map(([key, element]) => [
        key,
        isObject(element) ? change(element, asObject((isMap(config) && config.get(key)) || null)) : element,
      ]),
    );
  }
  return isObject(value) ? change(value, asObject(config)) : value;
}

/**
 * The configuration of an element. Lists keep their order; a set does not, so the element at the same place counts only
 * if nothing that is configured there contradicts the element, and the first that fits is taken otherwise.
 */
function configOf(element: ObjectValue, config: Value, index: number): ObjectValue | null {
  if (!isList(config)) return null;
  const fits = (candidate: Value | undefined): candidate is ObjectValue =>
    candidate !== undefined && isObject(candidate) && agrees(candidate, element);
  const samePlace = config[index];
  return fits(samePlace) ? samePlace : (config.find(fits) ?? asObject(samePlace ?? null));
}

/** Whether everything configured (known and not null) stands in the element as well. */
function agrees(config: Value, planned: Value): boolean {
  if (config === null || isUnknown(config) || config === planned) return true;
  if (isObject(config)) {
    return (
      isObject(planned) &&
      Object.entries(config).every(([name, value]) => agrees(value, planned[name] ?? null))
    );
  }
  if (isList(config)) {
    return (
      isList(planned) &&
      config.length === planned.length &&
      config.every((v, i) => agrees(v, planned[i] ?? null))
    );
  }
  return typeof config === "object" && typeof planned === "object";
}

function asObject(value: Value): ObjectValue | null {
  return value !== null && isObject(value) ? value : null;
}

function distinctPaths(paths: readonly Path[]): readonly Path[] {
  const byText = new Map(paths.map((path) => [formatPath(path), path]));
  return [...byText.keys()].sort().map((text) => byText.get(text) ?? []);
}
