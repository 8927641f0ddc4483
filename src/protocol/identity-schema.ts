import type { IdentitySchema } from "../framework/identity.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import { byName } from "./by-name.ts";
import { typeToJson } from "./cty-type.ts";
import type { ResourceIdentitySchema } from "./generated/tfplugin6.ts";

/** An identity schema as it travels. */
export function encodeIdentitySchema(schema: IdentitySchema): MessageInit<ResourceIdentitySchema> {
  return {
    version: BigInt(schema.version ?? 0),
    identityAttributes: byName(schema.attributes).map(([name, { type, required, description }]) => ({
      name,
      type: Buffer.from(JSON.stringify(typeToJson(type))),
      requiredForImport: required === true,
      optionalForImport: required !== true,
      description,
    })),
  };
}
