import type { Logger } from "../base/log.ts";
import { createCallScope, type ResourceCall, type WriteCall } from "./call.ts";
import { conformState, keepPlanned } from "./conform.ts";
import { type Diagnostic, diagnosticsOf, errorDiagnostic, hasErrors } from "./diagnostics.ts";
import { createPrivateState } from "./private-state.ts";
import type { AnyDataSource, AnyResource } from "./provider.ts";
import type { Config, PartialState, Plan, Schema, State } from "./schema.ts";
import { type DefaultTimeouts, operationTimeoutMs, type TimedOperation } from "./timeouts.ts";
import { transformBlock } from "./transform.ts";
import { isUnknown, type ObjectValue, UNKNOWN, unknownsToNull, type Value } from "./value.ts";

/** What an operation needs from the server that runs it. */
export interface OperationContext<Client> {
  readonly client: Client;
  readonly log: Logger;
  /** Aborted when the user interrupts or Terraform cancels the call. */
  readonly signals: readonly AbortSignal[];
  /** See {@link WriteCall.onDelivered}; without it nobody learns whether a response was delivered. */
  onDelivered?(action: () => void): void;
}

/** What goes back to Terraform. `state` null means that the object does not exist. */
export interface OperationOutput {
  readonly state: ObjectValue | null;
  readonly private: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

/** The limit for operations without one of the user or the resource: 30 minutes. */
const FALLBACK_TIMEOUT_MS = 30 * 60_000;

export interface ApplyInput {
  readonly prior: ObjectValue | null;
  readonly planned: ObjectValue | null;
  readonly config: ObjectValue | null;
  readonly plannedPrivate: Uint8Array;
}

/**
 * Creates, updates or deletes, whichever the states call for. Failures are in the response.
 *
 * @throws DiagnosticError, before anything is done, when the time limit is no duration.
 */
export async function applyResourceChange<Client>(
  resource: AnyResource<Client>,
  input: ApplyInput,
  context: OperationContext<Client>,
): Promise<OperationOutput> {
  if (input.planned === null) return destroy(resource, input, context);
  return write(resource, input, input.planned, context);
}

async function write<Client>(
  resource: AnyResource<Client>,
  input: ApplyInput,
  planned: ObjectValue,
  context: OperationContext<Client>,
): Promise<OperationOutput> {
  const { prior } = input;
  const operation = prior === null ? "create" : "update";
  // Create starts from nothing; update starts from what was there, which is what remains if it fails at once.
  let saved: ObjectValue | null = prior;
  const { call, finish } = beginOperation(
    resource,
    operation,
    planned.timeouts,
    context,
    prior === null ? undefined : input.plannedPrivate,
  );
  const conformed = (state: object) => conformOrReport(resource.schema, state, call);
  // What is configured is real as soon as the object is, so a partial state may leave it out. So may it what the change
  // makes unknown: until it is known again, the prior value is the last one known.
  const known = Object.entries(planned).filter(([, value]) => !isUnknown(value));
  const base = { ...prior, ...unknownsToNull(Object.fromEntries(known)) };
  const completed = (state: object) => conformed({ ...base, ...state });
  const writeCall: WriteCall<Client, PartialState<Schema>> = {
    ...call,
    save(state) {
      saved = keepPlanned(resource.schema, planned, completed(state)).value;
    },
    saveAsIs(state) {
      saved = completed(state);
    },
    onDelivered: (action) => context.onDelivered?.(action),
  };
  const config = (input.config ?? planned) as Config<Schema>;
  const plan = planned as Plan<Schema>;
  try {
    const result =
      prior === null
        ? await resource.create({ config, plan }, writeCall)
        : await resource.update({ config, plan, prior: prior as State<Schema> }, writeCall);
    const kept = keepPlanned(resource.schema, planned, conformed(result));
    if (kept.differing.length > 0) {
      context.log.warn("the API returned values that differ from the plan; the next refresh shows them", {
        attributes: kept.differing,
      });
    }
    return finish(kept.value);
  } catch (error) {
    return finish(saved, diagnosticsOf(error, operation));
  }
}

async function destroy<Client>(
  resource: AnyResource<Client>,
  input: ApplyInput,
  context: OperationContext<Client>,
): Promise<OperationOutput> {
  const { prior } = input;
  if (prior === null) return { state: null, private: new Uint8Array(), diagnostics: [] };
  const { call, finish } = beginOperation(resource, "delete", prior.timeouts, context, input.plannedPrivate);
  let saved = prior;
  const save = (state: PartialState<Schema>) => {
    saved = conformOrReport(resource.schema, { ...prior, ...state }, call);
  };
  const onDelivered = (action: () => void) => context.onDelivered?.(action);
  try {
    await resource.delete({ state: prior as State<Schema> }, { ...call, save, saveAsIs: save, onDelivered });
    return { ...finish(null), private: new Uint8Array() };
  } catch (error) {
    return finish(saved, diagnosticsOf(error, "delete"));
  }
}

/** Refreshes a state. A failure returns the prior state, never null. */
export async function readResource<Client>(
  resource: AnyResource<Client>,
  input: { readonly current: ObjectValue; readonly private: Uint8Array },
  context: OperationContext<Client>,
): Promise<OperationOutput> {
  const { current } = input;
  const { call, finish } = beginOperation(resource, "read", current.timeouts, context, input.private);
  try {
    const state = await resource.read({ state: current as State<Schema> }, call);
    if (state === null) return finish(null);
    const { value, problems } = conformState(resource.schema, state);
    if (problems.length === 0) return finish(value);
    call.report(illegalState(problems));
    return finish(current);
  } catch (error) {
    return finish(current, diagnosticsOf(error, "read"));
  }
}

/** Reads a data source. Configured values are returned as they are at every depth; an error comes with no state. */
export async function readDataSource<Client>(
  dataSource: AnyDataSource<Client>,
  config: ObjectValue,
  context: OperationContext<Client>,
): Promise<Omit<OperationOutput, "private">> {
  const { call, finish } = beginOperation(dataSource, "read", config.timeouts, context);
  try {
    const state = await dataSource.read({ config: config as Plan<Schema> }, call);
    const { value, problems } = conformState(dataSource.schema, state);
    const open = transformBlock(dataSource.schema, config, config, (_attribute, given) => given ?? UNKNOWN);
    const returned = Object.fromEntries((dataSource.canonical ?? []).map((name) => [name, UNKNOWN]));
    if (problems.length === 0) {
      return finish(keepPlanned(dataSource.schema, { ...open, ...returned }, value).value);
    }
    call.report(illegalState(problems));
    return finish(null);
  } catch (error) {
    return finish(null, diagnosticsOf(error, "read"));
  }
}

/** The common frame of every operation: its time limit, its call, and its one way out. */
export function beginOperation<Client>(
  owner: { readonly defaultTimeouts: DefaultTimeouts },
  operation: TimedOperation,
  timeouts: Value | undefined,
  context: OperationContext<Client>,
  privateBytes?: Uint8Array,
) {
  const defaultMs = owner.defaultTimeouts[operation] ?? FALLBACK_TIMEOUT_MS;
  const ms = operationTimeoutMs(timeouts ?? null, operation, defaultMs);
  const scope = createCallScope(context.signals, ms);
  // Only resources are given private data: what a resource reads and deletes, it knows from the state alone.
  const savedInState = privateBytes !== undefined && (operation === "read" || operation === "delete");
  const diagnostics: Diagnostic[] = [];
  const privateState = createPrivateState(privateBytes);
  const call: ResourceCall<Client> = {
    client: context.client,
    log: context.log,
    signal: scope.signal,
    deadline: scope.deadline,
    startedAt: scope.startedAt,
    limit: { operation, ms, savedInState },
    private: privateState,
    report: (diagnostic) => diagnostics.push(diagnostic),
  };
  const finish = (state: ObjectValue | null, errors: readonly Diagnostic[] = []): OperationOutput => {
    scope.dispose();
    const all = [...diagnostics, ...errors];
    if (hasErrors(all)) context.log.error(`${operation} failed`, { diagnostics: all.map((d) => d.summary) });
    return { state, private: privateState.toBytes(), diagnostics: all };
  };
  return { call, diagnostics: diagnostics as readonly Diagnostic[], finish };
}

/** A state that conforms to the schema; what did not fit is reported as a bug. */
function conformOrReport(
  schema: Schema,
  state: object,
  { log, report }: Pick<ResourceCall<unknown>, "log" | "report">,
): ObjectValue {
  const { value, problems } = conformState(schema, state);
  if (problems.length > 0) {
    log.error("the resource returned a state that does not fit its schema", { problems });
    report(illegalState(problems));
  }
  return value;
}

/** The error for a state that does not fit the schema, which is a bug. */
export function illegalState(problems: readonly string[]): Diagnostic {
  return errorDiagnostic(
    "Provider Returned Invalid State",
    `The provider returned a state that does not fit its schema (${problems.join("; ")}). ` +
      "The valid part is in the state. This is a bug in the provider: please report it.",
  );
}
