import { ProviderErrors, TerraformError } from "./core-errors.ts";
import type { Plan, ProviderSchemas } from "./core-types.ts";
import { checkDiagnostics, errorsOf } from "./diagnostics.ts";
import { decodeValue } from "./dynamic-value.ts";
import type {
  Diagnostic,
  DynamicValueMessage,
  GetProviderSchemaResponse,
  PathMessage,
  Rpcs,
} from "./messages.ts";
import { compatibilityProblems, unknownPaths } from "./object-compatible.ts";
import { formatPath, type Path, readPath, valueAt } from "./path.ts";
import { planProblems } from "./plan-valid.ts";
import { type Block, loadSchema, type Schema } from "./schema.ts";
import { isUnknown, members, type ObjectValue, sameValue, type Value } from "./value.ts";
import { writeOnlyValues } from "./write-only.ts";

/** What a PlanResourceChange response holds once it passed Terraform's checks. */
export interface Planned {
  readonly planned: ObjectValue | null;
  readonly plannedIdentity: ObjectValue | null;
  readonly plannedPrivate: Buffer;
  readonly requiresReplace: readonly Path[];
  readonly warnings: readonly Diagnostic[];
}

/** Loads all schemas of a GetProviderSchema response. */
export function loadSchemas(
  response: GetProviderSchemaResponse,
  identities: ProviderSchemas["identities"] = new Map(),
): ProviderSchemas {
  accept(response);
  if (response.provider === null) throw new TerraformError("missing provider schema");
  const all = (
    given: Readonly<Record<string, Parameters<typeof loadSchema>[0]>>,
    kind: string,
  ): Map<string, Schema> =>
    new Map(Object.entries(given).map(([name, schema]) => [name, loadSchema(schema, `${kind} "${name}"`)]));
  return {
    provider: loadSchema(response.provider, "provider"),
    resources: all(response.resourceSchemas, "managed resource type"),
    dataSources: all(response.dataSourceSchemas, "data source"),
    listResources: all(response.listResourceSchemas ?? {}, "list resource"),
    identities,
    response,
  };
}

/** Checks the form of a response's diagnostics; throws when there are errors among them, returns the warnings. */
export function accept(
  response: {
    readonly diagnostics: readonly Diagnostic[];
    readonly deferred?: { readonly reason: number } | null;
  },
  block?: Block,
): readonly Diagnostic[] {
  checkDiagnostics(response.diagnostics, block?.type);
  if (errorsOf(response.diagnostics).length > 0) throw new ProviderErrors(response.diagnostics);
  if (response.deferred !== undefined && response.deferred !== null) {
    throw new TerraformError("Provider deferred changes when Terraform did not allow deferrals");
  }
  return response.diagnostics;
}

/** The value as an object; throws when it is unknown as a whole. */
export function objectOrNull(value: Value): ObjectValue | null {
  if (isUnknown(value)) throw new Error("the object is unknown as a whole");
  return value === null ? null : members(value);
}

/** An object from a response that must be wholly known and must not hold write-only values. */
export function objectFrom(
  block: Block,
  message: DynamicValueMessage | null,
  summary: string,
): ObjectValue | null {
  const value = decodeValue(block.type, message);
  const unknown = unknownPaths(block.type, value);
  if (unknown.length > 0)
    throw new TerraformError(
      summary,
      unknown.map((path) => `${path}: contains unknown values`),
    );
  const leaked = writeOnlyValues(block, value);
  if (leaked.length > 0) throw writeOnlyError(leaked, "refresh");
  return objectOrNull(value);
}

/** The error for write-only attributes that hold a value, at these paths. */
export function writeOnlyError(paths: readonly string[], phase: string): TerraformError {
  return new TerraformError(
    phase === "planning" ? "Provider produced invalid plan" : "Provider produced invalid object",
    paths.map((path) => `returned a value for the write-only attribute "${path}" during ${phase}`),
  );
}

/** Checks a PlanResourceChange response; throws when it breaks a rule. */
export function checkPlanned(
  block: Block,
  prior: ObjectValue | null,
  config: ObjectValue | null,
  response: Rpcs["PlanResourceChange"]["response"],
): Omit<Planned, "warnings" | "plannedIdentity"> {
  if (response.legacyTypeSystem) throw new TerraformError("the provider claims the legacy type system");
  let planned: Value;
  try {
    planned = decodeValue(block.type, response.plannedState);
  } catch (error) {
    throw new TerraformError("Provider produced invalid plan", [String(error)]);
  }
  if (config === null && planned !== null) {
    throw new TerraformError("Provider produced invalid plan", ["planned a non-null destroy value"]);
  }
  const leaked = writeOnlyValues(block, planned);
  if (leaked.length > 0) throw writeOnlyError(leaked, "planning");
  const problems = planProblems(block, prior, config, planned);
  if (problems.length > 0) {
    throw new TerraformError(
      "Provider produced invalid plan",
      problems.map((problem) => `planned an invalid value for ${problem}`),
    );
  }
  return {
    planned: objectOrNull(planned),
    plannedPrivate: response.plannedPrivate,
    requiresReplace: honouredReplacements(block, prior, planned, response.requiresReplace),
  };
}

/** The paths of requires_replace that count: those at which prior and planned value differ. */
function honouredReplacements(
  block: Block,
  prior: ObjectValue | null,
  planned: Value,
  messages: readonly PathMessage[],
): readonly Path[] {
  if (prior === null || planned === null) return [];
  return messages.map(readPath).filter((path) => {
    const before = valueAt(block.type, prior, path);
    const after = valueAt(block.type, planned, path);
    if (before === undefined && after === undefined) {
      throw new TerraformError("Provider produced invalid plan", [
        `has indicated "requires replacement" on ${formatPath(path)} for a non-existent attribute path`,
      ]);
    }
    if (before === undefined || after === undefined || isUnknown(after.value)) return true;
    const [first] = path;
    const writeOnly =
      first !== undefined && "attribute" in first && block.attributes.get(first.attribute)?.writeOnly;
    return writeOnly === true || !sameValue(before.type, before.value, after.value);
  });
}

/** Throws when the plan of the apply walk is not the one that the user approved. */
export function checkFinalPlan(block: Block, first: Plan, prior: ObjectValue | null, final: Planned): void {
  const summary = "Provider produced inconsistent final plan";
  const problems = compatibilityProblems(block, first.planned, final.planned);
  if (problems.length > 0) throw new TerraformError(summary, problems);
  if (prior !== null && final.requiresReplace.length > 0) {
    throw new TerraformError(summary, ["changed the planned action from Update to DeleteThenCreate"]);
  }
}

/** What Terraform says of a result that came without errors; null when it is content. */
export function resultError(
  block: Block,
  planned: ObjectValue | null,
  value: ObjectValue | null,
  legacyTypeSystem: boolean,
): TerraformError | null {
  if (legacyTypeSystem) return new TerraformError("the provider claims the legacy type system");
  if (planned === null && value !== null) {
    return new TerraformError("Provider returned invalid result object after apply", [
      "After applying a Delete plan, the provider returned a non-null object",
    ]);
  }
  const unknown = unknownPaths(block.type, value);
  if (unknown.length > 0) {
    return new TerraformError(
      "Provider returned invalid result object after apply",
      unknown.map((path) => `still indicated an unknown value for ${path}`),
    );
  }
  const problems = compatibilityProblems(block, planned, value);
  if (problems.length === 0) return null;
  return new TerraformError(
    "Provider produced inconsistent result after apply",
    problems.map((problem) => `produced an unexpected new value: ${problem}`),
  );
}
