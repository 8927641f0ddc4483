import type { Provider } from "../../framework/provider.ts";
import type { Schema } from "../../framework/schema.ts";
import type { MessageInit } from "../../protobuf/message-init.ts";
import type { GetProviderSchemaRequest, GetProviderSchemaResponse } from "../generated/tfplugin6.ts";
import { encodeSchema } from "../schema.ts";
import { SERVER_CAPABILITIES } from "../server-capabilities.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** All schemas. Terraform requests them once and keeps them for the life of its own process. */
export const getProviderSchema: UnaryRpc<GetProviderSchemaRequest, GetProviderSchemaResponse> = {
  handle: (_request, { server }) => describeProvider(server.provider),
};

/** The response, which depends on nothing but the provider's schemas. */
export function describeProvider<Client, S extends Schema>(
  provider: Provider<Client, S>,
): MessageInit<GetProviderSchemaResponse> {
  return {
    serverCapabilities: SERVER_CAPABILITIES,
    provider: encodeSchema(provider.schema),
    resourceSchemas: encodeSchemas(provider.resources),
    dataSourceSchemas: encodeSchemas(provider.dataSources),
  };
}

function encodeSchemas(owners: Readonly<Record<string, { readonly schema: Schema }>>) {
  const sorted = Object.entries(owners).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([typeName, owner]) => [typeName, encodeSchema(owner.schema)]));
}
