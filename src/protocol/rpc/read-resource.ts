import { identityBeside } from "../../framework/identify.ts";
import { readResource as runRead } from "../../framework/operations.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { ReadResourceRequest, ReadResourceResponse } from "../generated/tfplugin6.ts";
import { decodeIdentity, encodeIdentity } from "../identity.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Refreshes a state. A failure returns the state as it was: a response without one would drop the resource. */
export const readResource: UnaryRpc<ReadResourceRequest, ReadResourceResponse> = {
  async handle(request, { server, log, cancelled, report }) {
    const resource = server.resource(request.typeName);
    const type = schemaType(resource.schema);
    const current = decodeObject(type, request.currentState);
    if (current === null) return { newState: encodeValue(type, null), private: request.private };
    const identity = decodeIdentity(resource, request.currentIdentity);
    const client = server.client();
    const output = await runRead(
      resource,
      { current, private: request.private },
      { client, log, signals: [server.stopSignal(), cancelled] },
    );
    report(output.diagnostics);
    return {
      newState: encodeValue(type, output.state),
      private: output.private,
      newIdentity: encodeIdentity(
        resource,
        identityBeside(resource, output.state, identity, { client, report }),
      ),
    };
  },
  onFailure: (request) => ({
    newState: request.currentState,
    private: request.private,
    newIdentity: request.currentIdentity,
  }),
};
