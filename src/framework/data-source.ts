import type { Call } from "./call.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Config, Plan, Schema, State } from "./schema.ts";
import type { DefaultTimeouts } from "./timeouts.ts";

/** A data source: looks something up by what the configuration says. Not found is an error, thrown. */
export interface DataSource<S extends Schema, Client> {
  readonly schema: S;
  readonly defaultTimeouts: DefaultTimeouts;
  /** Configured attributes whose state is what `read` returns, such as an id whose letters may be written in either case. */
  readonly canonical?: readonly string[];
  /** The configuration is wholly known; the framework returns all other configured attributes as they are. */
  read(request: { readonly config: Plan<S> }, call: Call<Client>): Promise<State<S>>;
  /** Checks that concern more than one attribute. Values may be unknown; no network. */
  validate?(config: Config<S>): readonly Diagnostic[];
}
