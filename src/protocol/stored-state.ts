import { type Schema, schemaType } from "../framework/schema.ts";
import type { StoredState } from "../framework/takeover.ts";
import type { ObjectValue } from "../framework/value.ts";
import { parseStoredJson, valueFromJson } from "./json-value.ts";

/** A state in its stored JSON form, decoded when and how the framework asks for it. */
export function storedState(schema: Schema, version: number, json: Uint8Array): StoredState {
  const raw = () => parseStoredJson(json) as ObjectValue;
  return {
    version,
    raw,
    decode: () => valueFromJson(schemaType(schema), raw(), { extra: "ignore" }) as ObjectValue,
  };
}
