import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Diagnostic } from "../framework/diagnostics.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import type { Diagnostic as WireDiagnostic } from "./generated/tfplugin6.ts";
import type { ProviderServer } from "./provider-server.ts";
import { beginRpc, type RpcCall, type RunningRpc } from "./rpc-call.ts";

/** What a unary RPC is given beside its request. */
export interface UnaryCall extends RpcCall {
  /** Adds diagnostics to the response. */
  report(diagnostics: readonly Diagnostic[]): void;
}

/**
 * One RPC with one request and one response. `handle` returns the response without its diagnostics, or throws;
 * `onFailure` is the response that goes with the diagnostics of what was thrown, for example the state as it was.
 */
export interface UnaryRpc<Request, Response> {
  handle(request: Request, call: UnaryCall): MessageInit<Response> | Promise<MessageInit<Response>>;
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
    const running = beginRpc(name, call.request, call, server);
    void respond(rpc, call.request, running).then((response) => {
      callback(null, response);
      running.delivered();
    });
  };
}

async function respond<Request extends object, Response>(
  rpc: UnaryRpc<Request, Response>,
  request: Request,
  running: RunningRpc,
): Promise<WithDiagnostics> {
  const found: Diagnostic[] = [];
  let response: MessageInit<Response> | undefined;
  try {
    const report = (diagnostics: readonly Diagnostic[]) => found.push(...diagnostics);
    response = await rpc.handle(request, { ...running.call, report });
  } catch (error) {
    found.push(...running.explain(error));
    response = rpc.onFailure?.(request);
  }
  const diagnostics = running.encodeDiagnostics(found);
  running.finish();
  return (
    diagnostics.length === 0 ? (response ?? {}) : { ...(response as object | undefined), diagnostics }
  ) as WithDiagnostics;
}
