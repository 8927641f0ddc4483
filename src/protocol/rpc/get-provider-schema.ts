import type { Provider } from "../../framework/provider.ts";
import type { Schema } from "../../framework/schema.ts";
import type { MessageInit } from "../../protobuf/message-init.ts";
import { mapByName } from "../by-name.ts";
import { encodeFunction } from "../function.ts";
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
    resourceSchemas: mapByName(provider.resources, ({ schema }) => encodeSchema(schema)),
    dataSourceSchemas: mapByName(provider.dataSources, ({ schema }) => encodeSchema(schema)),
    listResourceSchemas: mapByName(provider.listResources ?? {}, ({ schema }) => encodeSchema(schema)),
    functions: mapByName(provider.functions ?? {}, encodeFunction),
  };
}
