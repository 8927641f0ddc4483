import { schemaType } from "../../framework/schema.ts";
import { importResource } from "../../framework/takeover.ts";
import { encodeValue } from "../dynamic-value.ts";
import type { ImportResourceStateRequest, ImportResourceStateResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Turns the id of an import into a first state; Terraform reads the resource next. */
export const importResourceState: UnaryRpc<ImportResourceStateRequest, ImportResourceStateResponse> = {
  handle(request, { server }) {
    const { typeName, id } = request;
    const resource = server.resource(typeName);
    const state = importResource(resource, typeName, id);
    return { importedResources: [{ typeName, state: encodeValue(schemaType(resource.schema), state) }] };
  },
};
