import { schemaType } from "../../framework/schema.ts";
import { validateConfig } from "../../framework/validate.ts";
import { decodeObject } from "../dynamic-value.ts";
import type {
  ValidateDataResourceConfigRequest,
  ValidateDataResourceConfigResponse,
} from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Checks a data block. Values may be unknown. */
export const validateDataResourceConfig: UnaryRpc<
  ValidateDataResourceConfigRequest,
  ValidateDataResourceConfigResponse
> = {
  handle(request, { server, report }) {
    const dataSource = server.dataSource(request.typeName);
    const config = decodeObject(schemaType(dataSource.schema), request.config);
    if (config !== null) {
      report(validateConfig(dataSource.schema, config, { writeOnlyAllowed: false }));
      report(dataSource.validate?.(config) ?? []);
    }
    return {};
  },
};
