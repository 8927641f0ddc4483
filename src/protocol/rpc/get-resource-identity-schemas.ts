import type { Provider } from "../../framework/provider.ts";
import type { Schema } from "../../framework/schema.ts";
import type { MessageInit } from "../../protobuf/message-init.ts";
import { mapByName } from "../by-name.ts";
import type {
  GetResourceIdentitySchemasRequest,
  GetResourceIdentitySchemasResponse,
} from "../generated/tfplugin6.ts";
import { encodeIdentitySchema } from "../identity-schema.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** All identity schemas. Terraform requests them right after the other schemas. */
export const getResourceIdentitySchemas: UnaryRpc<
  GetResourceIdentitySchemasRequest,
  GetResourceIdentitySchemasResponse
> = {
  handle: (_request, { server }) => describeIdentities(server.provider),
};

/** The response, which depends on nothing but the provider's schemas. */
export function describeIdentities<Client, S extends Schema>({
  resources,
}: Provider<Client, S>): MessageInit<GetResourceIdentitySchemasResponse> {
  const schemas = Object.fromEntries(
    Object.entries(resources).flatMap(([typeName, { identity }]) =>
      identity ? [[typeName, identity.schema]] : [],
    ),
  );
  return { identitySchemas: mapByName(schemas, encodeIdentitySchema) };
}
