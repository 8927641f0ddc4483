import { readResource as runRead } from "../../framework/operations.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { ReadResourceRequest, ReadResourceResponse } from "../generated/tfplugin6.ts";
import { decodeIdentity } from "../identity.ts";
import { encodeOutput } from "../resource-output.ts";
import { operationContext } from "../rpc-call.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Refreshes a state. A failure returns the state as it was: a response without one would drop the resource. */
export const readResource: UnaryRpc<ReadResourceRequest, ReadResourceResponse> = {
  async handle(request, call) {
    const resource = call.server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const current = decodeObject(type, request.currentState);
    if (current === null) return { newState: encodeValue(type, null), private: request.private };
    const identity = decodeIdentity(resource, request.currentIdentity);
    const context = operationContext(call);
    const output = await runRead(resource, { current, private: request.private }, context);
    return encodeOutput(resource, output, identity, context, call.report);
  },
  onFailure: (request) => ({
    newState: request.currentState,
    private: request.private,
    newIdentity: request.currentIdentity,
  }),
};
