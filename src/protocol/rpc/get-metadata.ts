import type { GetMetadataRequest, GetMetadataResponse } from "../generated/tfplugin6.ts";
import { SERVER_CAPABILITIES } from "../server-capabilities.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Lists what the provider offers, without the schemas. */
export const getMetadata: UnaryRpc<GetMetadataRequest, GetMetadataResponse> = {
  handle(_request, { server: { provider } }) {
    return {
      serverCapabilities: SERVER_CAPABILITIES,
      resources: Object.keys(provider.resources).map((typeName) => ({ typeName })),
      dataSources: Object.keys(provider.dataSources).map((typeName) => ({ typeName })),
      listResources: Object.keys(provider.listResources ?? {}).map((typeName) => ({ typeName })),
      functions: Object.keys(provider.functions ?? {}).map((name) => ({ name })),
    };
  },
};
