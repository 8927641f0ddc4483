import { linkSignals } from "../../base/signals.ts";
import { hasErrors } from "../../framework/diagnostics.ts";
import { planResourceChange as plan } from "../../framework/plan.ts";
import type { ModifyPlanRequest } from "../../framework/resource.ts";
import { type Schema, schemaType } from "../../framework/schema.ts";
import { encodePath } from "../diagnostics.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { PlanResourceChangeRequest, PlanResourceChangeResponse } from "../generated/tfplugin6.ts";
import { decodeIdentity, encodeIdentity } from "../identity.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Plans a change. Private data is carried along as it came. */
export const planResourceChange: UnaryRpc<PlanResourceChangeRequest, PlanResourceChangeResponse> = {
  async handle(request, { server, log, cancelled, report }) {
    const resource = server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const prior = decodeObject(type, request.priorState);
    const config = decodeObject(type, request.config);
    const output = plan(resource, {
      prior,
      proposed: decodeObject(type, request.proposedNewState),
      config,
    });
    report(output.diagnostics);
    const client = server.clientIfConfigured();
    if (resource.checkPlan && client !== undefined && !hasErrors(output.diagnostics)) {
      const link = linkSignals(server.stopSignal(), cancelled);
      // Decoded by the resource's own schema, so the erased values are the typed ones.
      const checked = { config, plan: output.planned, prior } as ModifyPlanRequest<Schema>;
      const checking = resource.checkPlan(checked, { client, log, signal: link.signal });
      report(await checking.finally(link.dispose));
    }
    return {
      plannedState: encodeValue(type, output.planned),
      requiresReplace: output.requiresReplace.map(encodePath),
      plannedPrivate: request.priorPrivate,
      // An object keeps its identity. One that is created has none before apply, also where it replaces another.
      plannedIdentity:
        prior === null
          ? undefined
          : encodeIdentity(resource, decodeIdentity(resource, request.priorIdentity)),
    };
  },
  onFailure: (request) => ({
    plannedState: request.proposedNewState,
    plannedPrivate: request.priorPrivate,
    plannedIdentity: request.priorIdentity,
  }),
};
