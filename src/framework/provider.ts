import type { Logger } from "../base/log.ts";
import type { Redactor } from "../base/redaction.ts";
import type { DataSource } from "./data-source.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { ProviderFunction } from "./function.ts";
import type { ListResource } from "./list-resource.ts";
import type { Resource } from "./resource.ts";
import type { Attributes, Config, Schema } from "./schema.ts";

/** What configure is given beside the configuration. */
export interface ConfigureCall {
  readonly terraformVersion: string;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Aborted when the user interrupts or Terraform cancels the call. */
  readonly signal: AbortSignal;
  report(diagnostic: Diagnostic): void;
}

/** A resource, data source, list resource or function of any schema: their methods are checked against their own schema where they are written. */
export type AnyResource<Client> = Resource<Schema, Client>;
export type AnyDataSource<Client> = DataSource<Schema, Client>;
export type AnyListResource<Client> = ListResource<Schema, Schema, Client>;
export type AnyFunction = ProviderFunction<Attributes>;

/** A provider: its own configuration, and what it offers by type name. `Client` is what configure returns for the rest. */
export interface Provider<Client, S extends Schema = Schema> {
  /** The prefix of all type names and the provider's local name, for example `kakaocloud`. */
  readonly name: string;
  readonly schema: S;
  readonly resources: Readonly<Record<string, AnyResource<Client>>>;
  readonly dataSources: Readonly<Record<string, AnyDataSource<Client>>>;
  /** By the type name of the resource that they list. */
  readonly listResources?: Readonly<Record<string, AnyListResource<Client>>>;
  /** By name, without the provider's. */
  readonly functions?: Readonly<Record<string, AnyFunction>>;
  /** Checks that concern more than one attribute. Values may be unknown; no network. */
  validate?(config: Config<S>): readonly Diagnostic[];
  /** May be called again (a debugged process serves many runs); the last client counts. Throws `DiagnosticError`. */
  configure(config: Config<S>, call: ConfigureCall): Promise<Client>;
}
