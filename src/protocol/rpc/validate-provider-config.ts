import { schemaType } from "../../framework/schema.ts";
import { validateConfig } from "../../framework/validate.ts";
import { decodeObject } from "../dynamic-value.ts";
import type {
  ValidateProviderConfigRequest,
  ValidateProviderConfigResponse,
} from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Checks the provider block. Values may be unknown. */
export const validateProviderConfig: UnaryRpc<ValidateProviderConfigRequest, ValidateProviderConfigResponse> =
  {
    handle(request, { server: { provider }, report }) {
      const config = decodeObject(schemaType(provider.schema), request.config);
      if (config !== null) {
        report(validateConfig(provider.schema, config, { writeOnlyAllowed: true }));
        report(provider.validate?.(config) ?? []);
      }
      return {};
    },
  };
