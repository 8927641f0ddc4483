import { type SchemaBlock, schemaType } from "../framework/schema.ts";
import type { StoredState } from "../framework/takeover.ts";
import type { ObjectValue } from "../framework/value.ts";
import { CodecError } from "./codec-error.ts";
import { parseStoredJson, valueFromJson } from "./json-value.ts";

/** A state or an identity in its stored JSON form, decoded when and how the framework needs it. */
export function storedState(schema: SchemaBlock, version: number, json: Uint8Array): StoredState {
  const raw = (): ObjectValue => {
    const parsed = parseStoredJson(json);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as ObjectValue;
    throw new CodecError("an object is required");
  };
  return {
    version,
    raw,
    decode: () => valueFromJson(schemaType(schema), raw(), { extra: "ignore" }) as ObjectValue,
  };
}
