import { importByIdentity } from "../../framework/identify.ts";
import { schemaType } from "../../framework/schema.ts";
import { importResource } from "../../framework/takeover.ts";
import { encodeValue } from "../dynamic-value.ts";
import type { ImportResourceStateRequest, ImportResourceStateResponse } from "../generated/tfplugin6.ts";
import { decodeIdentity, encodeIdentity } from "../identity.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Turns the id or the identity of an import into a first state; Terraform reads the resource next. */
export const importResourceState: UnaryRpc<ImportResourceStateRequest, ImportResourceStateResponse> = {
  handle(request, { server }) {
    const { typeName, id } = request;
    const resource = server.resource(typeName);
    const type = schemaType(resource.schema);
    const given = decodeIdentity(resource, request.identity);
    if (given === null) {
      const state = importResource(resource, typeName, id);
      return { importedResources: [{ typeName, state: encodeValue(type, state) }] };
    }
    const imported = importByIdentity(resource, typeName, given, server.client());
    return {
      importedResources: [
        {
          typeName,
          state: encodeValue(type, imported.state),
          identity: encodeIdentity(resource, imported.identity),
        },
      ],
    };
  },
};
