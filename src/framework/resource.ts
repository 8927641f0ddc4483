import type { PlanCall, ResourceCall, WriteCall } from "./call.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { IdentitySchema, ResourceIdentity } from "./identity.ts";
import type { Path } from "./path.ts";
import type { Config, PartialState, Plan, PriorState, Schema, State } from "./schema.ts";
import type { DefaultTimeouts } from "./timeouts.ts";
import type { ObjectValue } from "./value.ts";

/**
 * A resource: plain async functions over typed values. Every function may throw; a `DiagnosticError` is shown as it is,
 * anything else is reported as a bug. The optional members are extras that a resource has where it needs them.
 */
export interface Resource<S extends Schema, Client> {
  readonly schema: S;
  /** The built-in time limits, in milliseconds; the schema's `timeouts` attribute overrides them. */
  readonly defaultTimeouts: DefaultTimeouts;

  create(request: CreateRequest<S>, call: WriteCall<Client, PartialState<S>>): Promise<State<S>>;
  /** Returns the object as it is, or null when it no longer exists. */
  read(request: ReadRequest<S>, call: ResourceCall<Client>): Promise<State<S> | null>;
  update(request: UpdateRequest<S>, call: WriteCall<Client, PartialState<S>>): Promise<State<S>>;
  /** Returns when the object no longer exists. One that does not exist is a success. What remains of it after a failure can be saved. */
  delete(request: DeleteRequest<S>, call: WriteCall<Client, PartialState<S>>): Promise<void>;

  /** Checks that concern more than one attribute. Values may be unknown; no network. */
  validate?(config: Config<S>): readonly Diagnostic[];
  /** The resource's own plan, after the schema's modifiers. Deterministic, no network. */
  modifyPlan?(request: ModifyPlanRequest<S>): ModifyPlanResponse;
  /**
   * What only the API knows about a plan that is otherwise in order: errors that the apply would return. Terraform may plan
   * before the provider is configured, and twice; then this is skipped, and called twice.
   */
  checkPlan?(request: ModifyPlanRequest<S>, call: PlanCall<Client>): Promise<readonly Diagnostic[]>;
  /** Turns the id of `terraform import` into the first state; a refresh follows. Throws when the id cannot be one. */
  import?(id: string): PartialState<S>;
  /** Turns the raw state of an older schema version into the current one's. */
  upgrade?(raw: ObjectValue, version: number): PartialState<S>;
  /** How Terraform identifies the objects apart from their state: for imports by identity, and for lists. */
  readonly identity?: ResourceIdentity<IdentitySchema, S, Client>;
  /** Resource types of other providers whose state this resource adopts as it is (`moved` blocks). */
  readonly movesFrom?: readonly MoveSource[];
}

/** A resource of any provider on any registry whose address ends in `provider`, for example `kakaoenterprise/kakaocloud`. */
export interface MoveSource {
  readonly provider: string;
  readonly typeName: string;
  readonly schemaVersion: number;
}

export interface CreateRequest<S extends Schema> {
  readonly config: Config<S>;
  readonly plan: Plan<S>;
}

export interface ReadRequest<S extends Schema> {
  readonly state: PriorState<S>;
}

export interface UpdateRequest<S extends Schema> {
  readonly config: Config<S>;
  readonly plan: Plan<S>;
  readonly prior: State<S>;
}

export interface DeleteRequest<S extends Schema> {
  readonly state: State<S>;
}

/** A plan under way: create has no `prior`, destroy has no `plan` and no `config`. */
export interface ModifyPlanRequest<S extends Schema> {
  readonly config: Config<S> | null;
  readonly plan: Config<S> | null;
  readonly prior: State<S> | null;
}

export interface ModifyPlanResponse {
  /** Attributes to plan otherwise; the rest stays. */
  readonly plan?: ObjectValue;
  readonly requiresReplace?: readonly Path[];
  readonly diagnostics?: readonly Diagnostic[];
}
