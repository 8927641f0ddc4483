import { movedIdentity } from "../../framework/identify.ts";
import { schemaType } from "../../framework/schema.ts";
import { checkMove, upgradeState } from "../../framework/takeover.ts";
import { encodeValue } from "../dynamic-value.ts";
import type { MoveResourceStateRequest, MoveResourceStateResponse } from "../generated/tfplugin6.ts";
import { encodeIdentity } from "../identity.ts";
import { storedState } from "../stored-state.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Adopts the state of a resource of another provider, for `moved` blocks. */
export const moveResourceState: UnaryRpc<MoveResourceStateRequest, MoveResourceStateResponse> = {
  handle(request, { server }) {
    const resource = server.resource(request.targetTypeName);
    const version = Number(request.sourceSchemaVersion);
    checkMove(resource, request.targetTypeName, {
      providerAddress: request.sourceProviderAddress,
      typeName: request.sourceTypeName,
      schemaVersion: version,
    });
    const stored = storedState(resource.schema, version, request.sourceState?.json ?? new Uint8Array());
    const state = upgradeState(resource, request.targetTypeName, stored);
    const identity = request.sourceIdentity?.json ?? new Uint8Array();
    const moved =
      identity.length > 0 && resource.identity
        ? movedIdentity(resource, storedState(resource.identity.schema, 0, identity))
        : null;
    return {
      targetState: encodeValue(schemaType(resource.schema), state),
      targetPrivate: request.sourcePrivate,
      targetIdentity: encodeIdentity(resource, moved),
    };
  },
};
