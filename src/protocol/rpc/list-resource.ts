import { runList } from "../../framework/run-list.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { ListResourceEvent, ListResourceRequest } from "../generated/tfplugin6.ts";
import { encodeIdentity } from "../identity.ts";
import { operationContext } from "../rpc-call.ts";
import type { StreamRpc } from "../stream-rpc.ts";

/** Streams the objects that a list resource finds, as it finds them. */
export const listResource: StreamRpc<ListResourceRequest, ListResourceEvent> = {
  async *handle(request, call) {
    const { server, encodeDiagnostics } = call;
    const { typeName, limit, includeResourceObject: includeResource } = request;
    const listed = server.listResource(typeName);
    const resource = server.resource(typeName);
    const type = schemaType(resource.schema);
    const config = decodeObject(schemaType(listed.schema), request.config) ?? {};
    for await (const event of runList(
      listed,
      resource,
      { typeName, config, includeResource, limit },
      operationContext(call),
    )) {
      if ("diagnostics" in event) {
        yield { diagnostic: encodeDiagnostics(event.diagnostics) };
        continue;
      }
      yield {
        displayName: event.displayName,
        identity: encodeIdentity(resource, event.identity),
        resourceObject: event.state === null ? undefined : encodeValue(type, event.state),
      };
    }
  },
  onFailure: (diagnostic) => ({ diagnostic }),
};
