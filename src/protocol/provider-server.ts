import { setMaxListeners } from "node:events";
import type { Logger } from "../base/log.ts";
import type { Redactor } from "../base/redaction.ts";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { OperationStopped } from "../framework/operation-stopped.ts";
import type {
  AnyDataSource,
  AnyFunction,
  AnyListResource,
  AnyResource,
  Provider,
} from "../framework/provider.ts";

/** What the RPCs share: the provider, the client that configure returned, and the means to stop what is under way. */
export interface ProviderServer<Client = unknown> {
  readonly provider: Provider<Client>;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Throws `DiagnosticError` for a type name that the provider does not have. */
  resource(typeName: string): AnyResource<Client>;
  /** Throws `DiagnosticError` for a type name that the provider does not have. */
  dataSource(typeName: string): AnyDataSource<Client>;
  /** Throws `DiagnosticError` for a type name that the provider does not list. */
  listResource(typeName: string): AnyListResource<Client>;
  /** Throws `DiagnosticError` for a name that the provider does not have. */
  function(name: string): AnyFunction;
  /** Throws `DiagnosticError` before the provider is configured. */
  client(): Client;
  /** The client, or undefined before the provider is configured. */
  clientIfConfigured(): Client | undefined;
  setClient(client: Client): void;
  /** Aborted by the next {@link stop}. */
  stopSignal(): AbortSignal;
  /** Aborts everything under way. What begins afterwards runs normally: a debugged process outlives an interrupt. */
  stop(): void;
}

/** Creates the shared state of one provider process. */
export function createProviderServer<Client>(
  provider: Provider<Client>,
  log: Logger,
  redactor: Redactor,
): ProviderServer<Client> {
  let configured: { readonly client: Client } | undefined;
  let stopper = createStopper();
  const find = <T>(kind: string, all: Readonly<Record<string, T>>, typeName: string): T => {
    if (Object.hasOwn(all, typeName)) return all[typeName] as T;
    throw new DiagnosticError(
      errorDiagnostic(
        `${kind} Not Found`,
        `The provider has no ${kind.toLowerCase()} "${typeName}". It has: ${Object.keys(all).join(", ")}.`,
      ),
    );
  };
  return {
    provider,
    log,
    redactor,
    resource: (typeName) => find("Resource Type", provider.resources, typeName),
    dataSource: (typeName) => find("Data Source Type", provider.dataSources, typeName),
    listResource: (typeName) => find("List Resource Type", provider.listResources ?? {}, typeName),
    function: (name) => find("Function", provider.functions ?? {}, name),
    client() {
      if (configured) return configured.client;
      throw new DiagnosticError(
        errorDiagnostic(
          "Provider Not Configured",
          "Terraform called an operation before ConfigureProvider. Please report this.",
        ),
      );
    },
    clientIfConfigured: () => configured?.client,
    setClient(client) {
      configured = { client };
    },
    stopSignal: () => stopper.signal,
    stop() {
      stopper.abort(new OperationStopped("stopped"));
      stopper = createStopper();
    },
  };
}

/** Every call in flight listens; Node would take more than ten of them for a leak and warn on stderr. */
function createStopper(): AbortController {
  const stopper = new AbortController();
  setMaxListeners(0, stopper.signal);
  return stopper;
}
