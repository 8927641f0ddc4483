import type { StopProviderRequest, StopProviderResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** The user interrupted: everything under way ends as soon as it can and returns what it has. */
export const stopProvider: UnaryRpc<StopProviderRequest, StopProviderResponse> = {
  handle(_request, { server, log }) {
    log.info("stopping the operations in progress");
    server.stop();
    return {};
  },
};
