import { type Diagnostic, hasErrors } from "./diagnostics.ts";
import { comesFrom, counterparts, mapElements } from "./elements.ts";
import { addressablePath, formatPath, type Path } from "./path.ts";
import type { AnyResource } from "./provider.ts";
import {
  type Config,
  type NestedBlock,
  type Schema,
  type SchemaBlock,
  type State,
  schemaType,
} from "./schema.ts";
import { transformBlock, withoutWriteOnly } from "./transform.ts";
import { containsUnknown, couldBecome, equalValues, type ObjectValue, UNKNOWN, type Value } from "./value.ts";

export interface PlanInput {
  /** The prior state; null on create. */
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
 * Plans a change, in the order of terraform-plugin-framework:
 * defaults; write-only values dropped; computed attributes unknown, but only when something changes at all;
 * the schema's plan modifiers; the resource's own plan.
 */
export function planResourceChange(resource: AnyResource<never>, input: PlanInput): PlanOutput {
  const { schema } = resource;
  const diagnostics: Diagnostic[] = [];
  const requiresReplace: Path[] = [];
  let planned = input.proposed;

  if (planned !== null && input.config !== null) {
    planned = applyDefaults(schema, planned, input.config);
    planned = withoutWriteOnly(schema, planned);
    if (input.prior === null || !equalValues(planned, input.prior, schemaType(schema))) {
      planned = markComputed(schema, planned, input.config);
    }
    const { config, prior } = input;
    const scope = { exists: prior !== null, diagnostics, requiresReplace };
    planned = modifyBlock(schema, { planned, config, prior, priorIsOwn: prior !== null, path: [] }, scope);
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
  // Without a prior object or a planned one there is nothing to replace.
  const isChange = input.prior !== null && planned !== null;
  return { planned, requiresReplace: isChange ? distinctPaths(requiresReplace) : [], diagnostics };
}

/** In what is configured, attributes that are left null and that have a default get it. */
function applyDefaults(schema: SchemaBlock, planned: ObjectValue, config: ObjectValue): ObjectValue {
  return transformBlock(schema, planned, config, (attribute, value, configured) =>
    attribute.default !== undefined && configured === null ? attribute.default : value,
  );
}

/** Computed attributes that the configuration leaves null become "known after apply". */
function markComputed(schema: SchemaBlock, planned: ObjectValue, config: ObjectValue): ObjectValue {
  return transformBlock(schema, planned, config, (attribute, value, configured) =>
    attribute.computed && (configured ?? null) === null && attribute.default === undefined ? UNKNOWN : value,
  );
}

/** An object under modification, beside the configuration and the remembered object that belong to it. */
interface Subject {
  readonly planned: ObjectValue;
  readonly config: ObjectValue | null;
  readonly prior: ObjectValue | null;
  /** Whether `prior` is this very object; in a list, another one may stand at its place. */
  readonly priorIsOwn: boolean;
  readonly path: Path;
}

interface Scope {
  /** Whether the resource exists already. */
  readonly exists: boolean;
  readonly diagnostics: Diagnostic[];
  readonly requiresReplace: Path[];
}

function modifyBlock(block: SchemaBlock, subject: Subject, scope: Scope): ObjectValue {
  const result: Record<string, Value> = { ...subject.planned };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const path = [...subject.path, { attribute: name }];
    const config = subject.config?.[name] ?? null;
    const prior = subject.prior?.[name] ?? null;
    const { priorIsOwn } = subject;
    let planned = subject.planned[name] ?? null;
    for (const modify of attribute.planModifiers ?? []) {
      const { type } = attribute;
      const outcome = modify({ path, type, config, prior, planned, priorIsOwn, exists: scope.exists });
      if (outcome.planned !== undefined) planned = outcome.planned;
      if (outcome.requiresReplace) scope.requiresReplace.push(path);
      scope.diagnostics.push(...(outcome.diagnostics ?? []));
    }
    const { nested } = attribute;
    result[name] = nested
      ? modifyElements(
          nested.mode,
          { attributes: nested.attributes },
          { planned, config, prior, priorIsOwn, path },
          scope,
        )
      : planned;
  }
  for (const [name, { mode, block: inner }] of Object.entries(block.blocks ?? {})) {
    const values = {
      planned: subject.planned[name] ?? null,
      config: subject.config?.[name] ?? null,
      prior: subject.prior?.[name] ?? null,
      priorIsOwn: subject.priorIsOwn,
      path: [...subject.path, { attribute: name }],
    };
    result[name] = modifyElements(mode, inner, values, scope);
  }
  return result;
}

interface NestedSubject {
  readonly planned: Value;
  readonly config: Value;
  readonly prior: Value;
  readonly priorIsOwn: boolean;
  readonly path: Path;
}

function modifyElements(
  mode: NestedBlock["mode"],
  block: SchemaBlock,
  nested: NestedSubject,
  scope: Scope,
): Value {
  const type = schemaType(block);
  const configOf = counterparts(mode, nested.planned, nested.config, (a, b) => comesFrom(block, a, b));
  const priorOf = counterparts(mode, nested.planned, nested.prior, (a, b) => couldBecome(a, b, type));
  return mapElements(mode, nested.planned, (planned, place, step) => {
    const config = configOf(place);
    const prior = priorOf(place);
    // A neighbour's computed values must not slip into a new or moved element: what stands at the same place is the same
    // element only while everything configured of it is the same, and known to be.
    const isSame =
      (mode !== "list" && mode !== "set") ||
      (prior !== null && !containsUnknown(config) && couldBecome(planned, prior, type));
    const priorIsOwn = nested.priorIsOwn && prior !== null && isSame;
    return modifyBlock(block, { planned, config, prior, priorIsOwn, path: [...nested.path, ...step] }, scope);
  });
}

/** Sorted, each once. */
function distinctPaths(paths: readonly Path[]): readonly Path[] {
  const byText = new Map(paths.map(addressablePath).map((path) => [formatPath(path), path]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}
