import { upgradeIdentity } from "../../framework/identify.ts";
import type {
  UpgradeResourceIdentityRequest,
  UpgradeResourceIdentityResponse,
} from "../generated/tfplugin6.ts";
import { encodeIdentity } from "../identity.ts";
import { storedState } from "../stored-state.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Brings a stored identity to the current schema; called only where their versions differ. */
export const upgradeResourceIdentity: UnaryRpc<
  UpgradeResourceIdentityRequest,
  UpgradeResourceIdentityResponse
> = {
  handle({ typeName, version, rawIdentity }, { server }) {
    const resource = server.resource(typeName);
    const json = rawIdentity?.json ?? new Uint8Array();
    const stored = storedState(resource.identity?.schema ?? { attributes: {} }, Number(version), json);
    return { upgradedIdentity: encodeIdentity(resource, upgradeIdentity(resource, typeName, stored)) };
  },
};
