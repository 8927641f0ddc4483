import type { Call } from "./call.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Config, PartialState, Plan, Schema } from "./schema.ts";
import type { DefaultTimeouts } from "./timeouts.ts";

/** What `terraform query` requests of a list resource. */
export interface ListRequest<S extends Schema> {
  /** Wholly known. */
  readonly config: Plan<S>;
  /** Whether Terraform wants the whole state of each object; otherwise what identifies it is enough. */
  readonly includeResource: boolean;
}

/** An object that was found. */
export interface Listed<R extends Schema> {
  /** What a person recognises it by. */
  readonly displayName: string;
  /** Of the resource of the same type name; complete when {@link ListRequest.includeResource}. */
  readonly state: PartialState<R>;
}

/** Lists the objects that exist of a resource. `R` is that resource's schema; it must have an identity. */
export interface ListResource<S extends Schema, R extends Schema, Client> {
  /** Of the `config` block in a `list` block. */
  readonly schema: S;
  readonly defaultTimeouts: DefaultTimeouts;
  /** Checks that concern more than one attribute. Values may be unknown; no network. */
  validate?(config: Config<S>): readonly Diagnostic[];
  /** Yields objects as they are found. It is left early when Terraform has enough; failures are thrown. */
  list(request: ListRequest<S>, call: Call<Client>): AsyncIterable<Listed<R>>;
}
