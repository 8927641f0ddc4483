import { identityBeside } from "../../framework/identify.ts";
import { applyResourceChange as apply } from "../../framework/operations.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { ApplyResourceChangeRequest, ApplyResourceChangeResponse } from "../generated/tfplugin6.ts";
import { decodeIdentity, encodeIdentity } from "../identity.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Creates, updates or deletes. The response always carries what exists, with the error where there is one. */
export const applyResourceChange: UnaryRpc<ApplyResourceChangeRequest, ApplyResourceChangeResponse> = {
  async handle(request, { server, log, cancelled, report }) {
    const resource = server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const prior = decodeObject(type, request.priorState);
    // What a create is planned with is no object's identity yet.
    const identity = prior === null ? null : decodeIdentity(resource, request.plannedIdentity);
    const client = server.client();
    const output = await apply(
      resource,
      {
        prior,
        planned: decodeObject(type, request.plannedState),
        config: decodeObject(type, request.config),
        plannedPrivate: request.plannedPrivate,
      },
      { client, log, signals: [server.stopSignal(), cancelled] },
    );
    report(output.diagnostics);
    return {
      newState: encodeValue(type, output.state),
      private: output.private,
      newIdentity: encodeIdentity(
        resource,
        identityBeside(resource, output.state, identity, { client, report }),
      ),
    };
  },
  // Nothing was done yet: what was there before is still there.
  onFailure: (request) => ({
    newState: request.priorState,
    private: request.plannedPrivate,
    newIdentity: request.plannedIdentity,
  }),
};
