import { once } from "node:events";
import type { ServerWritableStream } from "@grpc/grpc-js";
import type { MessageInit } from "../protobuf/message-init.ts";
import type { Diagnostic as WireDiagnostic } from "./generated/tfplugin6.ts";
import type { ProviderServer } from "./provider-server.ts";
import { beginRpc, type RpcCall, type RunningRpc } from "./rpc-call.ts";

/** What a streaming RPC is given beside its request. */
export type StreamCall = RpcCall & Pick<RunningRpc, "encodeDiagnostics">;

/**
 * One RPC with one request and a stream of events. `handle` yields the events as they come, or throws; `onFailure` is the last event,
 * with the diagnostics of what was thrown.
 */
export interface StreamRpc<Request, Event> {
  handle(request: Request, call: StreamCall): AsyncIterable<MessageInit<Event>>;
  onFailure(diagnostics: readonly MessageInit<WireDiagnostic>[]): MessageInit<Event>;
}

/**
 * The gRPC handler of a streaming RPC: never a gRPC error, a line in the log for every call. The next event is produced only when
 * Terraform has room for it, and none once it cancelled the call.
 */
export function createStreamHandler<Request extends object, Event>(
  name: string,
  rpc: StreamRpc<Request, Event>,
  server: ProviderServer,
) {
  return async (call: ServerWritableStream<Request, unknown>): Promise<void> => {
    const running = beginRpc(name, call.request, call, server);
    const { cancelled } = running.call;
    const { encodeDiagnostics } = running;
    try {
      for await (const event of rpc.handle(call.request, { ...running.call, encodeDiagnostics })) {
        if (cancelled.aborted) break;
        if (!call.write(event)) await drained(call, cancelled);
      }
    } catch (error) {
      if (!cancelled.aborted) call.write(rpc.onFailure(encodeDiagnostics(running.explain(error))));
    }
    if (!cancelled.aborted) call.end();
    running.finish();
  };
}

/** Resolves when the stream takes more, or was cancelled. */
async function drained(call: ServerWritableStream<object, unknown>, cancelled: AbortSignal): Promise<void> {
  await once(call, "drain", { signal: cancelled }).catch((error: unknown) => {
    if (!cancelled.aborted) throw error;
  });
}
