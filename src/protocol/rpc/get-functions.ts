import { mapByName } from "../by-name.ts";
import { encodeFunction } from "../function.ts";
import type { GetFunctionsRequest, GetFunctionsResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** All signatures. They are in the provider's schema, too, which is where Terraform finds them. */
export const getFunctions: UnaryRpc<GetFunctionsRequest, GetFunctionsResponse> = {
  handle: (_request, { server }) => ({
    functions: mapByName(server.provider.functions ?? {}, encodeFunction),
  }),
};
