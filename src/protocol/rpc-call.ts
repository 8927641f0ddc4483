import { randomUUID } from "node:crypto";
import type { Logger } from "../base/log.ts";
import { monotonicMs } from "../base/monotonic.ts";
import { type Diagnostic, diagnosticsOf, errorDiagnostic } from "../framework/diagnostics.ts";
import { OperationStopped } from "../framework/operation-stopped.ts";
import type { OperationContext } from "../framework/operations.ts";
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
  /** Runs an action after the response, unless the call was cancelled before. */
  onDelivered(action: () => void): void;
}

/** What an operation of the framework gets of a call. Throws `DiagnosticError` before the provider is configured. */
export function operationContext(call: RpcCall): OperationContext<unknown> {
  const { server, log, cancelled, onDelivered } = call;
  return { client: server.client(), log, signals: [server.stopSignal(), cancelled], onDelivered };
}

/** A gRPC call as far as its cancellation must be noticed. */
interface CancellableCall {
  readonly cancelled: boolean;
  on(event: "cancelled", listener: () => void): unknown;
}

/** A call under way: what all kinds of RPCs have in common. */
export interface RunningRpc {
  readonly call: RpcCall;
  /** Diagnostics of whatever was thrown. */
  explain(thrown: unknown): readonly Diagnostic[];
  /** Diagnostics as they travel; each has its line in the log. */
  encodeDiagnostics(diagnostics: readonly Diagnostic[]): MessageInit<WireDiagnostic>[];
  /** Writes the line that ends the call. */
  finish(): void;
  /** To be called when the response is on its way. */
  delivered(): void;
}

/** Begins to serve a call: writes its first line and watches for its cancellation. */
export function beginRpc(
  name: string,
  request: object,
  call: CancellableCall,
  server: ProviderServer,
): RunningRpc {
  const startedAt = monotonicMs();
  const log = server.log.with(logFields(name, request));
  const controller = new AbortController();
  const afterDelivery: (() => void)[] = [];
  const cancel = () => controller.abort(new OperationStopped("cancelled"));
  call.on("cancelled", cancel);
  if (call.cancelled) cancel();
  log.trace("RPC received");
  return {
    call: {
      server,
      log,
      cancelled: controller.signal,
      onDelivered: (action) => void afterDelivery.push(action),
    },
    explain: (thrown) =>
      thrown instanceof CodecError ? [undecodable(name, thrown)] : diagnosticsOf(thrown, name),
    encodeDiagnostics(diagnostics) {
      for (const { severity, summary, detail } of diagnostics) {
        log[severity === "error" ? "error" : "warn"](summary, {
          diagnostic_severity: severity,
          diagnostic_detail: detail,
        });
      }
      return encodeDiagnostics(diagnostics, server.redactor);
    },
    finish: () => log.debug("RPC served", { tf_req_duration_ms: Math.round(monotonicMs() - startedAt) }),
    delivered() {
      if (!controller.signal.aborted) for (const action of afterDelivery) action();
    },
  };
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
