import { TerraformError } from "./core-errors.ts";
import { decodeValue, encodeValue } from "./dynamic-value.ts";
import type { IdentityMessage, IdentitySchemaMessage } from "./messages.ts";
import { type CtyType, parseType } from "./type.ts";
import { isUnknown, isWhollyKnown, members, type ObjectValue, sameValue } from "./value.ts";

/** The identity schema of a resource type, checked as Terraform checks it when it loads it. */
export interface IdentitySchema {
  readonly version: number;
  readonly type: CtyType;
  /** Names of the attributes that an import must set. */
  readonly required: readonly string[];
}

/** Loads an identity schema; throws where Terraform refuses or crashes. */
export function loadIdentitySchema(message: IdentitySchemaMessage, typeName: string): IdentitySchema {
  const types: Record<string, CtyType> = {};
  for (const { name, type, requiredForImport, optionalForImport } of message.identityAttributes) {
    const fail = (problem: string) =>
      new TerraformError("Invalid identity schema", [`${typeName}.${name} ${problem}`]);
    if (requiredForImport === optionalForImport) throw fail("must be either required or optional for import");
    const parsed = parseType(type.toString());
    const element = typeof parsed !== "string" && parsed[0] === "list" ? parsed[1] : parsed;
    if (!["string", "number", "bool"].includes(String(element)))
      throw fail("has a type that identities cannot have");
    types[name] = parsed;
  }
  return {
    version: Number(message.version),
    type: ["object", types],
    required: message.identityAttributes.filter((a) => a.requiredForImport).map(({ name }) => name),
  };
}

/** An identity as Terraform sends it; undefined, no field, where there is none. */
export function encodeIdentity(
  schema: IdentitySchema | undefined,
  identity: ObjectValue | null,
): IdentityMessage | undefined {
  return schema === undefined || identity === null
    ? undefined
    : { identityData: encodeValue(schema.type, identity) };
}

/** What comes with an identity in a response. */
export interface IdentityRules {
  readonly schema: IdentitySchema | undefined;
  /** The object's identity so far, which it must keep; null when it has none yet. */
  readonly before: ObjectValue | null;
  /** Whether there is an object that must be identified. */
  readonly required: boolean;
}

/** Reads the identity of a response and holds it against the rules; null where it has none. */
export function acceptIdentity(
  message: IdentityMessage | null | undefined,
  { schema, before, required }: IdentityRules,
): ObjectValue | null {
  const data = message?.identityData ?? null;
  if (schema === undefined) {
    if (data === null) return null;
    throw new TerraformError("unexpected identity", ["the resource type has no identity schema"]);
  }
  const value = data === null ? null : decodeValue(schema.type, data);
  if (value === null) {
    if (required) throw new TerraformError("Missing Resource Identity", ["the object is not identified"]);
    return null;
  }
  if (isUnknown(value) || !isWhollyKnown(value)) {
    throw new TerraformError("Provider produced invalid identity", [
      "returned an identity with unknown values",
    ]);
  }
  const identity = members(value);
  const missing = schema.required.filter((name) => identity[name] === null);
  if (missing.length > 0) throw new TerraformError("Provider produced invalid identity", missing);
  if (before !== null && !sameValue(schema.type, before, identity)) {
    throw new TerraformError("Unexpected Identity Change", [JSON.stringify({ before, identity })]);
  }
  return identity;
}
