import type { AnyResource } from "../framework/provider.ts";
import { schemaType } from "../framework/schema.ts";
import type { ObjectValue } from "../framework/value.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import { decodeObject, encodeValue } from "./dynamic-value.ts";
import type { ResourceIdentityData } from "./generated/tfplugin6.ts";

/** An identity as it travels; undefined leaves the field out, which means that there is none. */
export function encodeIdentity(
  { identity }: AnyResource<never>,
  value: ObjectValue | null,
): MessageInit<ResourceIdentityData> | undefined {
  if (!identity || value === null) return undefined;
  return { identityData: encodeValue(schemaType(identity.schema), value) };
}

/** The identity that came with a request; null where there is none, as from older releases of Terraform. */
export function decodeIdentity(
  { identity }: AnyResource<never>,
  wire: ResourceIdentityData | undefined,
): ObjectValue | null {
  if (!identity || wire?.identityData === undefined) return null;
  return decodeObject(schemaType(identity.schema), wire.identityData);
}
