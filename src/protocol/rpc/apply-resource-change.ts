import { applyResourceChange as apply } from "../../framework/operations.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject } from "../dynamic-value.ts";
import type { ApplyResourceChangeRequest, ApplyResourceChangeResponse } from "../generated/tfplugin6.ts";
import { decodeIdentity } from "../identity.ts";
import { encodeOutput } from "../resource-output.ts";
import { operationContext } from "../rpc-call.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Creates, updates or deletes. The response always carries what exists, with the error where there is one. */
export const applyResourceChange: UnaryRpc<ApplyResourceChangeRequest, ApplyResourceChangeResponse> = {
  async handle(request, call) {
    const resource = call.server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const prior = decodeObject(type, request.priorState);
    // What a create is planned with is no object's identity yet.
    const identity = prior === null ? null : decodeIdentity(resource, request.plannedIdentity);
    const context = operationContext(call);
    const output = await apply(
      resource,
      {
        prior,
        planned: decodeObject(type, request.plannedState),
        config: decodeObject(type, request.config),
        plannedPrivate: request.plannedPrivate,
      },
      context,
    );
    return encodeOutput(resource, output, identity, context, call.report);
  },
  // Nothing was done yet: what was there before is still there.
  onFailure: (request) => ({
    newState: request.priorState,
    private: request.plannedPrivate,
    newIdentity: request.plannedIdentity,
  }),
};
