import { generateConfig } from "../../framework/generate-config.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type {
  GenerateResourceConfigRequest,
  GenerateResourceConfigResponse,
} from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Writes the configuration of an imported resource, for `-generate-config-out`. */
export const generateResourceConfig: UnaryRpc<GenerateResourceConfigRequest, GenerateResourceConfigResponse> =
  {
    handle(request, { server }) {
      const { schema } = server.resource(request.typeName);
      const type = schemaType(schema);
      const state = decodeObject(type, request.state);
      return { config: encodeValue(type, state && generateConfig(schema, state)) };
    },
  };
