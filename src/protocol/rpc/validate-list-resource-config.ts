import { schemaType } from "../../framework/schema.ts";
import { validateConfig } from "../../framework/validate.ts";
import { decodeObject } from "../dynamic-value.ts";
import type {
  ValidateListResourceConfigRequest,
  ValidateListResourceConfigResponse,
} from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Checks the `config` block of a list block. Values may be unknown. */
export const validateListResourceConfig: UnaryRpc<
  ValidateListResourceConfigRequest,
  ValidateListResourceConfigResponse
> = {
  handle(request, { server, report }) {
    const listResource = server.listResource(request.typeName);
    const config = decodeObject(schemaType(listResource.schema), request.config);
    if (config !== null) {
      report(validateConfig(listResource.schema, config, { writeOnlyAllowed: false }));
      report(listResource.validate?.(config) ?? []);
    }
    return {};
  },
};
