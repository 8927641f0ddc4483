import { randomUUID } from "node:crypto";
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Logger } from "../base/log.ts";
import { monotonicMs } from "../base/monotonic.ts";
import { type Diagnostic, diagnosticsOf, errorDiagnostic } from "../framework/diagnostics.ts";
import { OperationStopped } from "../framework/operation-stopped.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import { CodecError } from "./codec-error.ts";
import { encodeDiagnostics } from "./diagnostics.ts";
import type { Diagnostic as WireDiagnostic } from "./generated/tfplugin6.ts";
import type { ProviderServer } from "./provider-server.ts";

/** What an RPC is given beside its request. */
export interface RpcCall {
  readonly server: ProviderServer;
  /** Every line carries the RPC's name and a request id. */
  readonly log: Logger;
  /** Aborted when Terraform cancels this call. Interrupts come through `server.stopSignal()`. */
  readonly cancelled: AbortSignal;
  /** Adds diagnostics to the response. */
  report(diagnostics: readonly Diagnostic[]): void;
}

/**
 * One RPC with one request and one response. `handle` returns the response without its diagnostics, or throws;
 * `onFailure` is the response that goes with the diagnostics of what was thrown, for example the state as it was.
 */
export interface UnaryRpc<Request, Response> {
  handle(request: Request, call: RpcCall): MessageInit<Response> | Promise<MessageInit<Response>>;
  onFailure?(request: Request): MessageInit<Response>;
}

type WithDiagnostics = { readonly diagnostics?: readonly MessageInit<WireDiagnostic>[] };

/** The gRPC handler of an RPC: never a gRPC error, whatever happens; a line in the log for every call. */
export function createUnaryHandler<Request extends object, Response>(
  name: string,
  rpc: UnaryRpc<Request, Response>,
  server: ProviderServer,
) {
  return (call: ServerUnaryCall<Request, unknown>, callback: sendUnaryData<unknown>): void => {
    const cancelled = new AbortController();
    const cancel = () => cancelled.abort(new OperationStopped("cancelled"));
    call.on("cancelled", cancel);
    if (call.cancelled) cancel();
    void respond(name, rpc, call.request, server, cancelled.signal).then((response) =>
      callback(null, response),
    );
  };
}

async function respond<Request extends object, Response>(
  name: string,
  rpc: UnaryRpc<Request, Response>,
  request: Request,
  server: ProviderServer,
  cancelled: AbortSignal,
): Promise<WithDiagnostics> {
  const startedAt = monotonicMs();
  const log = server.log.with(logFields(name, request));
  log.trace("RPC received");
  const found: Diagnostic[] = [];
  let response: MessageInit<Response> | undefined;
  try {
    const report = (diagnostics: readonly Diagnostic[]) => found.push(...diagnostics);
    response = await rpc.handle(request, { server, log, cancelled, report });
  } catch (error) {
    found.push(...(error instanceof CodecError ? [undecodable(name, error)] : diagnosticsOf(error, name)));
    response = rpc.onFailure?.(request);
  }
  for (const diagnostic of found) {
    log[diagnostic.severity === "error" ? "error" : "warn"](diagnostic.summary, {
      diagnostic_severity: diagnostic.severity,
      diagnostic_detail: diagnostic.detail,
    });
  }
  log.debug("RPC served", { tf_req_duration_ms: Math.round(monotonicMs() - startedAt) });
  if (found.length === 0) return (response ?? {}) as WithDiagnostics;
  return {
    ...(response as object | undefined),
    diagnostics: encodeDiagnostics(found, server.redactor),
  } as WithDiagnostics;
}

function logFields(name: string, request: object): Record<string, unknown> {
  const fields: Record<string, unknown> = { tf_rpc: name, tf_req_id: randomUUID() };
  if ("typeName" in request) {
    fields[name.includes("Data") ? "tf_data_source_type" : "tf_resource_type"] = request.typeName;
  }
  return fields;
}

function undecodable(name: string, error: CodecError): Diagnostic {
  return errorDiagnostic(
    "Value Conversion Error",
    `A value in ${name} does not fit the schema: ${error.message}. ` +
      "If the provider was upgraded or downgraded, run terraform init; otherwise please report this.",
    error.path,
  );
}
