import { planResourceChange as plan } from "../../framework/plan.ts";
import { schemaType } from "../../framework/schema.ts";
import { encodePath } from "../diagnostics.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { PlanResourceChangeRequest, PlanResourceChangeResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Plans a change. Private data is carried along as it came. */
export const planResourceChange: UnaryRpc<PlanResourceChangeRequest, PlanResourceChangeResponse> = {
  handle(request, { server, report }) {
    const resource = server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const output = plan(resource, {
      prior: decodeObject(type, request.priorState),
      proposed: decodeObject(type, request.proposedNewState),
      config: decodeObject(type, request.config),
    });
    report(output.diagnostics);
    return {
      plannedState: encodeValue(type, output.planned),
      requiresReplace: output.requiresReplace.map(encodePath),
      plannedPrivate: request.priorPrivate,
    };
  },
  onFailure: (request) => ({ plannedState: request.proposedNewState, plannedPrivate: request.priorPrivate }),
};
