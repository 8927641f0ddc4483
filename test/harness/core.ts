import {
  accept,
  checkFinalPlan,
  checkPlanned,
  loadSchemas,
  objectFrom,
  objectOrNull,
  type Planned,
  resultError,
  writeOnlyError,
} from "./answers.ts";
import { fromStatus, ProviderErrors, TerraformError } from "./core-errors.ts";
import type { ApplyOutcome, Core, Plan, ProviderSchemas, ResourceInstance, Walk } from "./core-types.ts";
import { checkDiagnostics, errorsOf } from "./diagnostics.ts";
import { decodeValue, encodeValue } from "./dynamic-value.ts";
import { acceptIdentity, encodeIdentity, type IdentitySchema, loadIdentitySchema } from "./identity.ts";
import type { ClientCapabilities, Diagnostic, RpcName, Rpcs } from "./messages.ts";
import { compatibilityProblems, unknownAsNull } from "./object-compatible.ts";
import { proposedNew } from "./proposed-new.ts";
import type { ProviderCaller } from "./provider-client.ts";
import { playQuery } from "./query.ts";
import { completeBlock, type Schema } from "./schema.ts";
import { stateJson } from "./state-json.ts";
import { isWhollyKnown, members, type ObjectValue, sameValue } from "./value.ts";
import { writeOnlyValues } from "./write-only.ts";

const EMPTY = Buffer.alloc(0);

/** What each walk of Terraform 1.11 announces; in the apply walk the flag is set although a deferral there is an error. */
function capabilities(walk: Walk): ClientCapabilities {
  return { writeOnlyAttributesAllowed: true, deferralAllowed: walk === "apply" };
}

/**
 * Starts playing Terraform. `schemas` may come from another Core of the same provider: Terraform fetches them only once. Without
 * `identities` it plays a release before 1.12, which knows none.
 */
export function createCore(
  caller: ProviderCaller,
  options: {
    readonly terraformVersion?: string;
    readonly schemas?: ProviderSchemas;
    readonly identities?: boolean;
  } = {},
): Core {
  let cached = options.schemas === undefined ? undefined : Promise.resolve(options.schemas);

  const call = async <Name extends RpcName>(
    rpc: Name,
    request: Rpcs[Name]["request"],
  ): Promise<Rpcs[Name]["response"]> => {
    try {
      return await caller.call(rpc, request);
    } catch (error) {
      throw fromStatus(rpc, error);
    }
  };

  const schemas: Core["schemas"] = () => {
    cached ??= call("GetProviderSchema", {}).then(async (response) =>
      loadSchemas(response, options.identities === false ? new Map() : await identitySchemas()),
    );
    return cached;
  };

  /** None, when the provider does not know the call. */
  const identitySchemas = async (): Promise<Map<string, IdentitySchema>> => {
    try {
      const response = await call("GetResourceIdentitySchemas", {});
      accept(response);
      return new Map(
        Object.entries(response.identitySchemas ?? {}).map(([typeName, message]) => [
          typeName,
          loadIdentitySchema(message, typeName),
        ]),
      );
    } catch (error) {
      if (error instanceof TerraformError && error.summary === "Unsupported plugin method") return new Map();
      throw error;
    }
  };

  const identityOf = async (typeName: string): Promise<IdentitySchema | undefined> =>
    (await schemas()).identities.get(typeName);

  const resource = async (typeName: string): Promise<Schema> => {
    const schema = (await schemas()).resources.get(typeName);
    if (schema === undefined) throw new TerraformError("Invalid resource type", [typeName]);
    return schema;
  };

  const configure: Core["configure"] = async (given = {}, walk = "plan") => {
    const { block } = (await schemas()).provider;
    const config = encodeValue(block.type, completeBlock(block, given));
    const validated = accept(await call("ValidateProviderConfig", { config }), block);
    const configured = await call("ConfigureProvider", {
      terraformVersion: options.terraformVersion ?? "1.11.4",
      config,
      clientCapabilities: capabilities(walk),
    });
    return [...validated, ...accept(configured, block)];
  };

  const validate: Core["validate"] = async (typeName, given, walk = "plan") => {
    const { block } = await resource(typeName);
    const config = encodeValue(block.type, completeBlock(block, given));
    return accept(
      await call("ValidateResourceConfig", { typeName, config, clientCapabilities: capabilities(walk) }),
      block,
    );
  };

  const upgrade: Core["upgrade"] = async (state) => {
    const { typeName } = state;
    const schema = await resource(typeName);
    if (state.schemaVersion > schema.version)
      throw new TerraformError("Resource instance managed by newer provider version");
    const response = await call("UpgradeResourceState", {
      typeName,
      version: state.schemaVersion,
      rawState: { json: Buffer.from(state.json) },
    });
    accept(response, schema.block);
    const value = objectFrom(schema.block, response.upgradedState, "Invalid resource state upgrade");
    return value === null
      ? null
      : {
          ...instance(typeName, schema, value, state.private),
          tainted: state.tainted,
          identity: state.identity ?? null,
        };
  };

  const read = async (state: ResourceInstance): Promise<ResourceInstance | null> => {
    const { typeName } = state;
    const schema = await resource(typeName);
    const identitySchema = await identityOf(typeName);
    const before = state.identity ?? null;
    const response = await call("ReadResource", {
      typeName,
      currentState: encodeValue(schema.block.type, state.value),
      ...privateField("private", state.private),
      clientCapabilities: capabilities("plan"),
      currentIdentity: encodeIdentity(identitySchema, before),
    });
    accept(response, schema.block);
    const value = objectFrom(schema.block, response.newState, "Provider produced invalid object");
    if (value === null) return null;
    // Terraform would repair null lists of blocks; a provider of today should not need it.
    const broken = compatibilityProblems(schema.block, value, value);
    if (broken.length > 0) throw new TerraformError("Provider produced invalid object", broken);
    return {
      ...instance(typeName, schema, value, response.private),
      tainted: state.tainted,
      identity: acceptIdentity(response.newIdentity, {
        schema: identitySchema,
        before,
        required: identitySchema !== undefined,
      }),
    };
  };

  const refresh: Core["refresh"] = async (state) => {
    const upgraded = await upgrade(state);
    return upgraded === null ? null : read(upgraded);
  };

  /** One PlanResourceChange with everything that Terraform checks in the response. */
  const planOnce = async (
    typeName: string,
    prior: ObjectValue | null,
    priorPrivate: Buffer,
    config: ObjectValue | null,
    walk: Walk,
    priorIdentity: ObjectValue | null,
  ): Promise<Planned> => {
    const { block } = await resource(typeName);
    const identitySchema = await identityOf(typeName);
    const proposed = config === null ? null : proposedNew(block, prior, config);
    const response = await call("PlanResourceChange", {
      typeName,
      priorState: encodeValue(block.type, prior),
      proposedNewState: encodeValue(block.type, proposed),
      config: encodeValue(block.type, config),
      ...privateField("priorPrivate", priorPrivate),
      clientCapabilities: capabilities(walk),
      priorIdentity: encodeIdentity(identitySchema, priorIdentity),
    });
    const warnings = accept(response, block);
    // An identity may change only where an object is created, also in the place of another.
    const before = prior === null ? null : priorIdentity;
    const plannedIdentity = acceptIdentity(response.plannedIdentity, {
      schema: identitySchema,
      before,
      required: before !== null,
    });
    return { warnings, plannedIdentity, ...checkPlanned(block, prior, config, response) };
  };

  const planDestroy = async (
    typeName: string,
    prior: ResourceInstance,
    warnings: readonly Diagnostic[],
  ): Promise<Plan> => {
    const base = {
      typeName,
      action: "delete" as const,
      prior,
      config: null,
      ignoreChanges: [],
      planned: null,
    };
    const identity = prior.identity ?? null;
    if ((await schemas()).response.serverCapabilities?.planDestroy !== true) {
      return {
        ...base,
        plannedIdentity: identity,
        plannedPrivate: prior.private,
        requiresReplace: [],
        diagnostics: warnings,
      };
    }
    const once = await planOnce(typeName, prior.value, prior.private, null, "plan", identity);
    return {
      ...base,
      plannedIdentity: once.plannedIdentity,
      plannedPrivate: once.plannedPrivate,
      requiresReplace: once.requiresReplace,
      diagnostics: [...warnings, ...once.warnings],
    };
  };

  const plan: Core["plan"] = async ({ typeName, config: given, state, ignoreChanges = [], ...input }) => {
    const { block } = await resource(typeName);
    let prior = state ?? null;
    if (prior !== null) prior = await (input.refresh === false ? upgrade(prior) : refresh(prior));
    if (given === null) {
      if (prior !== null) return planDestroy(typeName, prior, []);
      return {
        typeName,
        action: "no-op",
        prior,
        config: null,
        ignoreChanges: [],
        planned: null,
        plannedIdentity: null,
        plannedPrivate: EMPTY,
        requiresReplace: [],
        diagnostics: [],
      };
    }
    const config = completeBlock(block, given);
    const warnings = await validate(typeName, config, "plan");
    // Of a tainted object the provider sees nothing: it plans a create.
    const before = prior === null || prior.tainted ? null : prior.value;
    const effective = before === null ? config : ignoring(config, before, ignoreChanges);
    let once = await planOnce(
      typeName,
      before,
      before === null ? EMPTY : (prior?.private ?? EMPTY),
      effective,
      "plan",
      before === null ? null : (prior?.identity ?? null),
    );
    const changed = before === null || !sameValue(block.type, before, once.planned);
    const replace = prior?.tainted === true || input.replace === true || once.requiresReplace.length > 0;
    const { requiresReplace } = once;
    let action: Plan["action"] = changed ? "update" : "no-op";
    if (prior === null) action = "create";
    else if (replace) action = "replace";
    if (action === "replace" && before !== null) {
      // The second plan sees a create, with the private data of the first and nothing ignored.
      once = await planOnce(typeName, null, once.plannedPrivate, config, "plan", once.plannedIdentity);
    }
    return {
      typeName,
      action,
      prior,
      config,
      ignoreChanges,
      planned: once.planned,
      plannedIdentity: once.plannedIdentity,
      plannedPrivate: once.plannedPrivate,
      requiresReplace,
      diagnostics: [...warnings, ...once.warnings],
    };
  };

  /** ApplyResourceChange, and what Terraform saves of the response. */
  const applyOnce = async (
    typeName: string,
    prior: ResourceInstance | null,
    planned: ObjectValue | null,
    config: ObjectValue | null,
    plannedPrivate: Buffer,
    plannedIdentity: ObjectValue | null,
  ): Promise<ApplyOutcome> => {
    const schema = await resource(typeName);
    const identitySchema = await identityOf(typeName);
    const { block } = schema;
    let response: Rpcs["ApplyResourceChange"]["response"];
    try {
      response = await call("ApplyResourceChange", {
        typeName,
        priorState: encodeValue(block.type, prior?.value ?? null),
        plannedState: encodeValue(block.type, planned),
        config: encodeValue(block.type, config),
        ...privateField("plannedPrivate", plannedPrivate),
        plannedIdentity: encodeIdentity(identitySchema, plannedIdentity),
      });
    } catch (error) {
      if (!(error instanceof TerraformError)) throw error;
      // The prior state stays, its private data does not.
      return { state: prior === null ? null : { ...prior, private: EMPTY }, diagnostics: [], error };
    }
    const { diagnostics } = response;
    checkDiagnostics(diagnostics, block.type);
    let value: ObjectValue | null;
    try {
      value = objectOrNull(decodeValue(block.type, response.newState));
    } catch (error) {
      return {
        state: prior,
        diagnostics,
        error: new TerraformError("undecodable new state", [String(error)]),
      };
    }
    const leaked = writeOnlyValues(block, value);
    if (leaked.length > 0) {
      return { state: prior, diagnostics, error: writeOnlyError(leaked, "apply") };
    }
    const failed = errorsOf(diagnostics).length > 0;
    if (failed && value === null) return { state: prior, diagnostics, error: null };
    const error = failed ? null : resultError(block, planned, value, response.legacyTypeSystem);
    if (value === null) return { state: error === null ? null : prior, diagnostics, error };
    const tainted = prior === null && (failed || error !== null);
    const saved = instance(typeName, schema, members(unknownAsNull(value)), response.private);
    const identity = acceptIdentity(response.newIdentity, {
      schema: identitySchema,
      before: prior === null ? null : plannedIdentity,
      // What failed half-way may not be identified yet.
      required: identitySchema !== undefined && !failed,
    });
    return { state: { ...saved, tainted, identity }, diagnostics, error };
  };

  const apply: Core["apply"] = async (planned, finalConfig) => {
    const { typeName, action } = planned;
    const { block } = await resource(typeName);
    if (action === "no-op") return { state: planned.prior, diagnostics: [], error: null };
    let prior = planned.prior === null ? null : await upgrade(planned.prior);
    const diagnostics: Diagnostic[] = [];
    if (action === "delete" || action === "replace") {
      const gone = await applyOnce(
        typeName,
        prior,
        null,
        null,
        planned.plannedPrivate,
        prior?.identity ?? null,
      );
      diagnostics.push(...gone.diagnostics);
      if (
        action === "delete" ||
        gone.state !== null ||
        gone.error !== null ||
        errorsOf(gone.diagnostics).length > 0
      ) {
        return { ...gone, diagnostics };
      }
      prior = null;
    }
    const config = finalConfig === undefined ? planned.config : completeBlock(block, finalConfig);
    if (config === null || !isWhollyKnown(config))
      throw new Error("the configuration must be wholly known by now");
    const before = prior?.value ?? null;
    const effective = before === null ? config : ignoring(config, before, planned.ignoreChanges);
    let final: Planned;
    try {
      diagnostics.push(...(await validate(typeName, config, "apply")));
      final = await planOnce(
        typeName,
        before,
        prior?.private ?? EMPTY,
        effective,
        "apply",
        before === null ? null : (prior?.identity ?? null),
      );
      checkFinalPlan(block, planned, before, final);
    } catch (error) {
      // What there was before (nothing, when a replacement has deleted it) stays in the state.
      if (error instanceof TerraformError) return { state: prior, diagnostics, error };
      if (!(error instanceof ProviderErrors)) throw error;
      return { state: prior, diagnostics: [...diagnostics, ...error.diagnostics], error: null };
    }
    diagnostics.push(...final.warnings);
    if (before !== null && sameValue(block.type, before, final.planned))
      return { state: prior, diagnostics, error: null };
    const outcome = await applyOnce(
      typeName,
      prior,
      final.planned,
      effective,
      final.plannedPrivate,
      final.plannedIdentity,
    );
    return { ...outcome, diagnostics: [...diagnostics, ...outcome.diagnostics] };
  };

  const planAndApply: Core["planAndApply"] = async (input) => {
    const outcome = await apply(await plan(input));
    if (outcome.error !== null) throw outcome.error;
    if (errorsOf(outcome.diagnostics).length > 0) throw new ProviderErrors(outcome.diagnostics);
    return outcome.state;
  };

  const importState: Core["import"] = async (typeName, target) => {
    const schema = await resource(typeName);
    const identitySchema = await identityOf(typeName);
    const byIdentity = typeof target !== "string";
    const response = await call("ImportResourceState", {
      typeName,
      id: byIdentity ? "" : target,
      clientCapabilities: capabilities("import"),
      identity: byIdentity ? encodeIdentity(identitySchema, target) : undefined,
    });
    accept(response, schema.block);
    const [imported, ...more] = response.importedResources;
    if (imported === undefined) throw new TerraformError("Import returned no resources");
    if (more.length > 0) throw new TerraformError("Multiple import states not supported");
    if (imported.typeName === "") throw new TerraformError(`import of ${typeName} didn't set type`);
    if (imported.typeName !== typeName)
      throw new TerraformError(`import of ${typeName} returned a ${imported.typeName}`);
    const value = objectFrom(schema.block, imported.state, "Provider produced invalid object");
    if (value === null) throw new TerraformError("Import returned null resource");
    const identity = acceptIdentity(imported.identity, {
      schema: identitySchema,
      before: null,
      required: byIdentity,
    });
    const found = await read({ ...instance(typeName, schema, value, imported.private), identity });
    if (found === null) throw new TerraformError("Cannot import non-existent remote object");
    return found;
  };

  const readData: Core["readData"] = async (typeName, given, walk = "plan") => {
    const schema = (await schemas()).dataSources.get(typeName);
    if (schema === undefined) throw new TerraformError("Invalid data source", [typeName]);
    const { block } = schema;
    const config = encodeValue(block.type, completeBlock(block, given));
    accept(await call("ValidateDataResourceConfig", { typeName, config }), block);
    const response = await call("ReadDataSource", {
      typeName,
      config,
      clientCapabilities: capabilities(walk),
    });
    accept(response, block);
    const value = objectFrom(block, response.state, "Provider produced invalid object");
    if (value === null) throw new TerraformError("Provider produced null object");
    return value;
  };

  return {
    schemas,
    configure,
    validate,
    upgrade,
    refresh,
    plan,
    apply,
    planAndApply,
    import: importState,
    readData,
    query: async (typeName, config, queryOptions) =>
      playQuery(caller, await schemas(), { typeName, config, ...queryOptions }),
  };
}

function instance(
  typeName: string,
  schema: Schema,
  value: ObjectValue,
  privateData: Buffer,
): ResourceInstance {
  const json = stateJson(schema.block.type, value);
  return { typeName, schemaVersion: schema.version, json, value, private: privateData, tainted: false };
}

/** Terraform leaves the field out when there is no private data. */
function privateField<Name extends string>(name: Name, value: Buffer): { [K in Name]?: Buffer } {
  return value.length === 0 ? {} : ({ [name]: value } as { [K in Name]: Buffer });
}

function ignoring(config: ObjectValue, prior: ObjectValue, ignored: readonly string[]): ObjectValue {
  return { ...config, ...Object.fromEntries(ignored.map((name) => [name, prior[name] ?? null])) };
}
