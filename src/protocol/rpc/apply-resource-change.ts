import { applyResourceChange as apply } from "../../framework/operations.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { ApplyResourceChangeRequest, ApplyResourceChangeResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Creates, updates or deletes. The response always carries what exists, with the error where there is one. */
export const applyResourceChange: UnaryRpc<ApplyResourceChangeRequest, ApplyResourceChangeResponse> = {
  async handle(request, { server, log, cancelled, report }) {
    const resource = server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const output = await apply(
      resource,
      {
        prior: decodeObject(type, request.priorState),
        planned: decodeObject(type, request.plannedState),
        config: decodeObject(type, request.config),
        plannedPrivate: request.plannedPrivate,
      },
      { client: server.client(), log, signals: [server.stopSignal(), cancelled] },
    );
    report(output.diagnostics);
    return { newState: encodeValue(type, output.state), private: output.private };
  },
  // Nothing was done yet: what was there before is still there.
  onFailure: (request) => ({ newState: request.priorState, private: request.plannedPrivate }),
};
