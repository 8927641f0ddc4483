import { identityBeside } from "../framework/identify.ts";
import type { OperationContext, OperationOutput } from "../framework/operations.ts";
import type { AnyResource } from "../framework/provider.ts";
import { schemaType } from "../framework/schema.ts";
import type { ObjectValue } from "../framework/value.ts";
import { encodeValue } from "./dynamic-value.ts";
import { encodeIdentity } from "./identity.ts";
import type { UnaryCall } from "./unary-rpc.ts";

/**
 * The fields in which a response carries an object that was read or changed: its state, private data and identity.
 *
 * @param stored the identity that Terraform knows; null where there is none
 */
export function encodeOutput(
  resource: AnyResource<unknown>,
  output: OperationOutput,
  stored: ObjectValue | null,
  { client }: OperationContext<unknown>,
  report: UnaryCall["report"],
) {
  report(output.diagnostics);
  const identity = identityBeside(resource, output.state, stored, { client, report });
  return {
    newState: encodeValue(schemaType(resource.schema), output.state),
    private: output.private,
    newIdentity: encodeIdentity(resource, identity),
  };
}
