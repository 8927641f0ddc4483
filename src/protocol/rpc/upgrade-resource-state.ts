import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import { schemaType } from "../../framework/schema.ts";
import { upgradeState } from "../../framework/takeover.ts";
import { encodeValue } from "../dynamic-value.ts";
import type { UpgradeResourceStateRequest, UpgradeResourceStateResponse } from "../generated/tfplugin6.ts";
import { storedState } from "../stored-state.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Brings a state as it is stored to the current schema; called for every state, whatever its version. */
export const upgradeResourceState: UnaryRpc<UpgradeResourceStateRequest, UpgradeResourceStateResponse> = {
  handle(request, { server }) {
    const resource = server.resource(request.typeName);
    const json = request.rawState?.json ?? new Uint8Array();
    if (json.length === 0) {
      throw new DiagnosticError(
        errorDiagnostic(
          "Unable to Upgrade Resource State",
          `The state of this ${request.typeName} is in a form that only Terraform 0.11 and earlier wrote, or empty. ` +
            "Remove the resource from the state and import it again.",
        ),
      );
    }
    const stored = storedState(resource.schema, Number(request.version), json);
    const state = upgradeState(resource, request.typeName, stored);
    return { upgradedState: encodeValue(schemaType(resource.schema), state) };
  },
};
