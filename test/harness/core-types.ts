import type { TerraformError } from "./core-errors.ts";
import type { IdentitySchema } from "./identity.ts";
import type { Diagnostic, GetProviderSchemaResponse } from "./messages.ts";
import type { Path } from "./path.ts";
import type { Schema } from "./schema.ts";
import type { ObjectValue } from "./value.ts";

/** A resource instance as a state file holds it. */
export interface ResourceInstance {
  readonly typeName: string;
  readonly schemaVersion: number;
  /** The attributes as pretty-printed JSON. */
  readonly json: string;
  /** The same, decoded by the schema that wrote it. */
  readonly value: ObjectValue;
  /** Empty when there is none. */
  readonly private: Buffer;
  readonly tainted: boolean;
  /** Left out or null when there is none, as in states that older releases of Terraform wrote. */
  readonly identity?: ObjectValue | null;
}

/** All schemas of a provider, checked as Terraform checks them when it loads them. */
export interface ProviderSchemas {
  readonly provider: Schema;
  readonly resources: ReadonlyMap<string, Schema>;
  readonly dataSources: ReadonlyMap<string, Schema>;
  readonly listResources: ReadonlyMap<string, Schema>;
  /** Empty for a release of Terraform that knows none. */
  readonly identities: ReadonlyMap<string, IdentitySchema>;
  readonly response: GetProviderSchemaResponse;
}

/** What Terraform means to do with one resource instance. */
export interface Plan {
  readonly typeName: string;
  readonly action: "no-op" | "create" | "update" | "replace" | "delete";
  /** The state after refresh; null when there is none. */
  readonly prior: ResourceInstance | null;
  /** The configuration as the user wrote it, complete; null when destroying. */
  readonly config: ObjectValue | null;
  readonly ignoreChanges: readonly string[];
  readonly planned: ObjectValue | null;
  readonly plannedIdentity: ObjectValue | null;
  readonly plannedPrivate: Buffer;
  readonly requiresReplace: readonly Path[];
  /** Warnings of all the calls. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What one resource is planned with. */
export interface PlanInput {
  readonly typeName: string;
  /** What the user wrote; attributes left out are null. Null destroys. */
  readonly config: ObjectValue | null;
  readonly state?: ResourceInstance | null;
  /** Names of top-level attributes under `lifecycle.ignore_changes`. */
  readonly ignoreChanges?: readonly string[];
  /** False plays `-refresh=false`. */
  readonly refresh?: boolean;
  /** True plays `-replace`. */
  readonly replace?: boolean;
}

/** What an apply leaves behind. */
export interface ApplyOutcome {
  /** What Terraform saves; null when nothing is left. */
  readonly state: ResourceInstance | null;
  /** All diagnostics of the provider, errors included. */
  readonly diagnostics: readonly Diagnostic[];
  /** Set when Terraform itself complains: a broken rule, or a call that failed. */
  readonly error: TerraformError | null;
}

/**
 * Plays Terraform for one provider process: calls in Terraform's order, with Terraform's requests, and holds every response to
 * Terraform's rules. Methods throw ProviderErrors when the provider returns errors, TerraformError when it breaks a rule; only
 * `apply` returns both, because there the state that is saved nevertheless is the point.
 */
export interface Core {
  /** The provider's schemas, fetched once. */
  schemas(): Promise<ProviderSchemas>;
  /** ValidateProviderConfig, then ConfigureProvider. Returns warnings. */
  configure(config?: ObjectValue, walk?: Walk): Promise<readonly Diagnostic[]>;
  /** ValidateResourceConfig. Returns warnings. */
  validate(typeName: string, config: ObjectValue, walk?: Walk): Promise<readonly Diagnostic[]>;
  /** UpgradeResourceState; null when the provider says that the object no longer exists. */
  upgrade(state: ResourceInstance): Promise<ResourceInstance | null>;
  /** UpgradeResourceState, then ReadResource; null when the object no longer exists. */
  refresh(state: ResourceInstance): Promise<ResourceInstance | null>;
  /** The plan walk of one resource instance: upgrade, read, validate, plan, for a replacement plan again. */
  plan(input: PlanInput): Promise<Plan>;
  /**
   * The apply walk of one resource instance: upgrade, validate, plan for good, apply. `config` is the configuration once
   * everything is known; the planned one unless given.
   */
  apply(plan: Plan, config?: ObjectValue): Promise<ApplyOutcome>;
  /** `plan` and `apply` in one; throws what went wrong. */
  planAndApply(input: PlanInput): Promise<ResourceInstance | null>;
  /** ImportResourceState, then ReadResource. */
  import(typeName: string, idOrIdentity: string | ObjectValue): Promise<ResourceInstance>;
  /** ValidateListResourceConfig, then ListResource; returns what `terraform query` shows. */
  query(typeName: string, config: ObjectValue, options?: QueryOptions): Promise<QueryResult>;
  /** ValidateDataResourceConfig, then ReadDataSource; returns the state of the data source. */
  readData(typeName: string, config: ObjectValue, walk?: Walk): Promise<ObjectValue>;
}

/** What a list block sets beside its `config`. */
export interface QueryOptions {
  /** 100 unless given, as Terraform has it. */
  readonly limit?: number;
  readonly includeResource?: boolean;
}

/** What a query found, and the warnings on the way. */
export interface QueryResult {
  readonly found: readonly {
    readonly displayName: string;
    readonly identity: ObjectValue;
    /** Null unless requested. */
    readonly state: ObjectValue | null;
  }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The part of a command in which a call is made. */
export type Walk = "validate" | "plan" | "apply" | "import";
