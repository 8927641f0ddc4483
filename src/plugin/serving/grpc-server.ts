import type { Duplex } from "node:stream";
// The package's front door loads the client as well: load balancers, resolvers, proxies. These two are the server.
import { Server } from "@grpc/grpc-js/build/src/server";
import { ServerCredentials } from "@grpc/grpc-js/build/src/server-credentials";
import type { GrpcService } from "../grpc-service.ts";

/** Far beyond any real configuration or state; gRPC's own limit for what it receives, 4 MiB, is not. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** A gRPC server without a listener: serves the connections that it is given. Those are secure already, or need not be. */
export function createGrpcServer(services: readonly GrpcService[]): (connection: Duplex) => void {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.enable_channelz": 0,
  });
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return (connection) => injector.injectConnection(connection);
}
