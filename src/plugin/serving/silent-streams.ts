import { createServiceDefinition } from "../../protobuf/service-definition.ts";
import { grpcBrokerService, grpcStdioService } from "../generated/plugin.ts";
import type { GrpcService } from "../grpc-service.ts";

/** A call as far as these streams need it. */
interface OpenStream {
  resume(): void;
  on(event: "end", listener: () => void): void;
  end(): void;
}

/** GRPCStdio: what a plugin prints. Terraform logs any of it as a mistake, so the stream stays open and silent. */
export function createStdio(): GrpcService {
  return {
    definition: createServiceDefinition(grpcStdioService),
    implementation: { StreamStdio: () => {} },
  };
}

/** GRPCBroker: arranges further connections. Providers need none; the stream stays open as long as Terraform wants it. */
export function createBroker(): GrpcService {
  return {
    definition: createServiceDefinition(grpcBrokerService),
    implementation: {
      StartStream: (call: OpenStream) => {
        call.on("end", () => call.end());
        call.resume();
      },
    },
  };
}
