import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ProviderServer } from "./provider-server.ts";
import { applyResourceChange } from "./rpc/apply-resource-change.ts";
import { configureProvider } from "./rpc/configure-provider.ts";
import { generateResourceConfig } from "./rpc/generate-resource-config.ts";
import { getMetadata } from "./rpc/get-metadata.ts";
import { getProviderSchema } from "./rpc/get-provider-schema.ts";
import { importResourceState } from "./rpc/import-resource-state.ts";
import { moveResourceState } from "./rpc/move-resource-state.ts";
import { planResourceChange } from "./rpc/plan-resource-change.ts";
import { readDataSource } from "./rpc/read-data-source.ts";
import { readResource } from "./rpc/read-resource.ts";
import { stopProvider } from "./rpc/stop-provider.ts";
import { upgradeResourceState } from "./rpc/upgrade-resource-state.ts";
import { validateDataResourceConfig } from "./rpc/validate-data-resource-config.ts";
import { validateProviderConfig } from "./rpc/validate-provider-config.ts";
import { validateResourceConfig } from "./rpc/validate-resource-config.ts";
import { createUnaryHandler, type UnaryRpc } from "./unary-rpc.ts";

/**
 * The RPCs that are served, by their protobuf names. The others (functions, ephemeral resources, identities, list
 * resources, actions, state stores) return UNIMPLEMENTED, which Terraform takes for "not offered".
 */
const RPCS = {
  GetMetadata: getMetadata,
  GetProviderSchema: getProviderSchema,
  ValidateProviderConfig: validateProviderConfig,
  ValidateResourceConfig: validateResourceConfig,
  ValidateDataResourceConfig: validateDataResourceConfig,
  ConfigureProvider: configureProvider,
  UpgradeResourceState: upgradeResourceState,
  MoveResourceState: moveResourceState,
  ReadResource: readResource,
  PlanResourceChange: planResourceChange,
  ApplyResourceChange: applyResourceChange,
  ImportResourceState: importResourceState,
  GenerateResourceConfig: generateResourceConfig,
  ReadDataSource: readDataSource,
  StopProvider: stopProvider,
} as const;

/** The handlers of the tfplugin6 service, by RPC. */
export function createProviderHandlers(server: ProviderServer): UntypedServiceImplementation {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, rpc] of Object.entries(RPCS)) {
    implementation[name] = createUnaryHandler(name, rpc as UnaryRpc<object, unknown>, server);
  }
  return implementation;
}
