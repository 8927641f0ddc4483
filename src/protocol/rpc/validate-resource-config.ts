import { schemaType } from "../../framework/schema.ts";
import { validateConfig } from "../../framework/validate.ts";
import { decodeObject } from "../dynamic-value.ts";
import type {
  ValidateResourceConfigRequest,
  ValidateResourceConfigResponse,
} from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Checks a resource block; often before the provider is configured, and again with more values known. */
export const validateResourceConfig: UnaryRpc<ValidateResourceConfigRequest, ValidateResourceConfigResponse> =
  {
    handle(request, { server, report }) {
      const resource = server.resource(request.typeName);
      const config = decodeObject(schemaType(resource.schema), request.config);
      if (config !== null) {
        const writeOnlyAllowed = request.clientCapabilities?.writeOnlyAttributesAllowed ?? false;
        report(validateConfig(resource.schema, config, { writeOnlyAllowed }));
        report(resource.validate?.(config) ?? []);
      }
      return {};
    },
  };
