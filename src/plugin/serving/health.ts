import { createServiceDefinition } from "../../protobuf/service-definition.ts";
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponseServingStatus,
  type HealthListResponse,
  healthService,
} from "../generated/health.ts";
import type { GrpcService } from "../grpc-service.ts";

/** gRPC's status code for a service that is not there. */
const NOT_FOUND = 5;

const SERVING: HealthCheckResponse = { status: HealthCheckResponseServingStatus.SERVING };
const SERVICE_UNKNOWN: HealthCheckResponse = { status: HealthCheckResponseServingStatus.SERVICE_UNKNOWN };

type Respond<T> = (error: { readonly code: number; readonly details: string } | null, response?: T) => void;

/** grpc.health.v1: go-plugin's hosts check a service named "plugin"; the empty name means the process as a whole. */
export function createHealth(serviceNames: readonly string[] = ["", "plugin"]): GrpcService {
  const known = new Set(serviceNames);
  return {
    definition: createServiceDefinition(healthService),
    implementation: {
      Check: ({ request }: { request: HealthCheckRequest }, respond: Respond<HealthCheckResponse>) => {
        if (known.has(request.service)) respond(null, SERVING);
        else respond({ code: NOT_FOUND, details: `unknown service ${JSON.stringify(request.service)}` });
      },
      List: (_call: unknown, respond: Respond<HealthListResponse>) => {
        respond(null, { statuses: new Map(serviceNames.map((name) => [name, SERVING])) });
      },
      // The status never changes, so the stream stays open after it.
      Watch: (call: { readonly request: HealthCheckRequest; write(response: HealthCheckResponse): void }) => {
        call.write(known.has(call.request.service) ? SERVING : SERVICE_UNKNOWN);
      },
    },
  };
}
