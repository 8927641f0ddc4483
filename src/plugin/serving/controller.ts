import { createServiceDefinition } from "../../protobuf/service-definition.ts";
import { grpcControllerService } from "../generated/plugin.ts";
import type { GrpcService } from "../grpc-service.ts";

type Respond = (error: null, response: object) => void;

/** GRPCController: Terraform's last call. It waits for the response without limit, and then two seconds for the process's end. */
export function createController(onShutdown: () => void): GrpcService {
  return {
    definition: createServiceDefinition(grpcControllerService),
    implementation: {
      Shutdown: (_call: unknown, respond: Respond) => {
        respond(null, {});
        onShutdown();
      },
    },
  };
}
