import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ProviderServer } from "./provider-server.ts";
import { applyResourceChange } from "./rpc/apply-resource-change.ts";
import { callFunction } from "./rpc/call-function.ts";
import { configureProvider } from "./rpc/configure-provider.ts";
import { generateResourceConfig } from "./rpc/generate-resource-config.ts";
import { getFunctions } from "./rpc/get-functions.ts";
import { getMetadata } from "./rpc/get-metadata.ts";
import { getProviderSchema } from "./rpc/get-provider-schema.ts";
import { getResourceIdentitySchemas } from "./rpc/get-resource-identity-schemas.ts";
import { importResourceState } from "./rpc/import-resource-state.ts";
import { listResource } from "./rpc/list-resource.ts";
import { moveResourceState } from "./rpc/move-resource-state.ts";
import { planResourceChange } from "./rpc/plan-resource-change.ts";
import { readDataSource } from "./rpc/read-data-source.ts";
import { readResource } from "./rpc/read-resource.ts";
import { stopProvider } from "./rpc/stop-provider.ts";
import { upgradeResourceIdentity } from "./rpc/upgrade-resource-identity.ts";
import { upgradeResourceState } from "./rpc/upgrade-resource-state.ts";
import { validateDataResourceConfig } from "./rpc/validate-data-resource-config.ts";
import { validateListResourceConfig } from "./rpc/validate-list-resource-config.ts";
import { validateProviderConfig } from "./rpc/validate-provider-config.ts";
import { validateResourceConfig } from "./rpc/validate-resource-config.ts";
import { createStreamHandler, type StreamRpc } from "./stream-rpc.ts";
import { createUnaryHandler, type UnaryRpc } from "./unary-rpc.ts";

/**
 * The RPCs that are served, by their protobuf names. The others (ephemeral resources, actions, state
 * stores) return UNIMPLEMENTED, which Terraform takes for "not offered".
 */
const RPCS = {
  GetMetadata: getMetadata,
  GetProviderSchema: getProviderSchema,
  GetResourceIdentitySchemas: getResourceIdentitySchemas,
  ValidateProviderConfig: validateProviderConfig,
  ValidateResourceConfig: validateResourceConfig,
  ValidateDataResourceConfig: validateDataResourceConfig,
  ConfigureProvider: configureProvider,
  UpgradeResourceState: upgradeResourceState,
  UpgradeResourceIdentity: upgradeResourceIdentity,
  MoveResourceState: moveResourceState,
  ReadResource: readResource,
  PlanResourceChange: planResourceChange,
  ApplyResourceChange: applyResourceChange,
  ImportResourceState: importResourceState,
  GenerateResourceConfig: generateResourceConfig,
  ReadDataSource: readDataSource,
  GetFunctions: getFunctions,
  CallFunction: callFunction,
  ValidateListResourceConfig: validateListResourceConfig,
  StopProvider: stopProvider,
} as const;

/** The streaming ones. */
const STREAMS = {
  ListResource: listResource,
} as const;

/** The handlers of the tfplugin6 service, by RPC. */
export function createProviderHandlers(server: ProviderServer): UntypedServiceImplementation {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, rpc] of Object.entries(RPCS)) {
    implementation[name] = createUnaryHandler(name, rpc as UnaryRpc<object, unknown>, server);
  }
  for (const [name, rpc] of Object.entries(STREAMS)) {
    implementation[name] = createStreamHandler(name, rpc as StreamRpc<object, unknown>, server);
  }
  return implementation;
}
