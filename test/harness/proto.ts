import { fileURLToPath } from "node:url";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** Where the .proto files lie. */
export const PROTO_DIR =
  process.env.HARNESS_PROTO_DIR ?? fileURLToPath(new URL("../../proto", import.meta.url));

/**
 * Loads services from the .proto files at run time, so that the harness shares no generated code with the provider.
 * Names become camelCase; 64-bit integers are decimal text; bytes are Buffers; absent messages are null; a oneof is named by
 * its selector.
 */
const definitions = loadSync(["tfplugin6.proto", "plugin.proto", "health.proto"], {
  includeDirs: [PROTO_DIR],
  longs: String,
  bytes: Buffer,
  defaults: true,
  oneofs: true,
});

function service(name: string): ServiceDefinition {
  const definition = definitions[name];
  if (definition === undefined || "format" in definition)
    throw new Error(`proto/ defines no service ${name}`);
  return definition;
}

/** The RPCs of tfplugin6.Provider. */
export const providerService: ServiceDefinition = service("tfplugin6.Provider");
/** go-plugin's Shutdown. */
export const controllerService: ServiceDefinition = service("plugin.GRPCController");
/** go-plugin's stream of what a plugin would have printed. */
export const stdioService: ServiceDefinition = service("plugin.GRPCStdio");
/** go-plugin's stream of further connections. */
export const brokerService: ServiceDefinition = service("plugin.GRPCBroker");
/** The health service that go-plugin servers offer. */
export const healthService: ServiceDefinition = service("grpc.health.v1.Health");
