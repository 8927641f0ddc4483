import type { ProviderFunction } from "../framework/function.ts";
import type { Attributes } from "../framework/schema.ts";
import type { Type } from "../framework/type.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import { typeToJson } from "./cty-type.ts";
import { StringKind, type Function as WireFunction } from "./generated/tfplugin6.ts";

/** A function's signature as it travels. */
export function encodeFunction(signature: ProviderFunction<Attributes>): MessageInit<WireFunction> {
  return {
    summary: signature.summary,
    description: signature.description,
    descriptionKind: StringKind.PLAIN,
    parameters: Object.entries(signature.parameters).map(([name, { type, required, description }]) => ({
      name,
      type: encodeType(type),
      allowNullValue: required !== true,
      description,
      descriptionKind: StringKind.PLAIN,
    })),
    return: { type: encodeType(signature.returns) },
  };
}

const encodeType = (type: Type): Uint8Array => Buffer.from(JSON.stringify(typeToJson(type)));
