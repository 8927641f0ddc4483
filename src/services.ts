import type { GrpcService, ServiceContext } from "./plugin/grpc-service.ts";

/** What the provider answers, beside the services that every plugin has. */
export function createServices(_context: ServiceContext): readonly GrpcService[] {
  return [];
}
