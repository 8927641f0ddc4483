import type { ServiceDefinition } from "@grpc/grpc-js";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import type { MessageTable, MethodTable, ServiceTable } from "./table.ts";

/** What gRPC needs to serve or call a service: each RPC's path, and how its messages become bytes and come back. */
export function createServiceDefinition(service: ServiceTable): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service.methods).map(([name, method]) => [
      name,
      createMethodDefinition(service, name, method),
    ]),
  );
}

function createMethodDefinition(service: ServiceTable, name: string, method: MethodTable) {
  const [request, response] = [createCodec(method.request), createCodec(method.response)];
  return {
    path: `/${service.name}/${name}`,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: request.serialize,
    requestDeserialize: request.deserialize,
    responseSerialize: response.serialize,
    responseDeserialize: response.deserialize,
  };
}

function createCodec(table: MessageTable) {
  return {
    // Bytes are a message that was encoded before.
    serialize: (message: object) => (Buffer.isBuffer(message) ? message : encode(table, message)),
    deserialize: (bytes: Buffer) => decode(table, bytes),
  };
}
