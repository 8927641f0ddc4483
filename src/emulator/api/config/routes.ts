import type { World } from "../../state/world.ts";
import type { ApiResponse } from "../errors.ts";
import type { ApiRequest, Route } from "../request.ts";

const SERVICES = [
  "iam",
  "bcs",
  "volume",
  "image",
  "vpc",
  "network",
  "load-balancer",
  "kubernetes-engine",
  "tgw",
  "mysql",
] as const;
const ZONES = ["kr-central-2-a", "kr-central-2-b", "kr-central-2-c"] as const;
const STAMPS = {
  priority: 100,
  created_by: "emulator",
  updated_by: "emulator",
  created_at: "2025-01-01T00:00:00Z",
  updated_at: "2025-01-01T00:00:00Z",
};

/** The configuration service: where the other services are, and which zones they have. */
export const configRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/v1/client-endpoints/resolve", handle: clientEndpoints },
  { method: "GET", pattern: "/api/v1/az-policies/resolve", handle: azPolicies },
];

function clientEndpoints(_world: World, request: ApiRequest): ApiResponse {
  const endpoints = Object.fromEntries(SERVICES.map((service) => [service, request.baseUrl]));
  return envelope({ id: "ep-1", service_endpoints: endpoints, ...STAMPS });
}

function azPolicies(): ApiResponse {
  const services = Object.fromEntries(
    ["bcs", "vpc", "lb", "k8se", "mysql"].map((service) => [service, ZONES]),
  );
  return envelope({ id: "az-1", services, ...STAMPS });
}

function envelope(data: unknown): ApiResponse {
  return { status: 200, body: { success: true, data, message: null } };
}
