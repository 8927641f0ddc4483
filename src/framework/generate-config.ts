import type { Attribute, Schema } from "./schema.ts";
import { transformBlock } from "./transform.ts";
import type { ObjectValue, Value } from "./value.ts";

/**
 * The configuration that a person could have written for what exists: the state without what only the provider sets, what
 * is deprecated, and what is empty. Sensitive values stay in, as Terraform itself writes a placeholder for them.
 */
export function generateConfig(schema: Schema, state: ObjectValue): ObjectValue {
  const config = transformBlock(schema, state, null, (attribute, value) =>
    isWorthWriting(attribute, value) ? value : null,
  );
  // An id identifies what was imported; in a configuration it would be wrong for a copy of the resource.
  return schema.attributes.id?.computed ? { ...config, id: null } : config;
}

function isWorthWriting({ computed, optional, deprecated, writeOnly }: Attribute, value: Value): boolean {
  if (writeOnly || deprecated !== undefined || (computed && !optional)) return false;
  return !(optional && value === "");
}
