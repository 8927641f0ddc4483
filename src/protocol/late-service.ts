import type {
  ServerUnaryCall,
  ServiceDefinition,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { monotonicMs } from "../base/monotonic.ts";
import { createServiceDefinition } from "../protobuf/service-definition.ts";
import { providerService } from "./generated/tfplugin6.ts";

type UnaryHandler = (call: ServerUnaryCall<object, unknown>, callback: sendUnaryData<unknown>) => void;

/** gRPC's status code for an RPC that is not served. */
const UNIMPLEMENTED = 12;

/** What a service that is not loaded yet needs to know. */
export interface LateService {
  /** The GetProviderSchemaResponse, encoded; undefined when it was not built ahead. */
  readonly prebuiltSchema: Buffer | undefined;
  /** Called after a call that needed no service, with its duration. */
  onServed(rpc: string, durationMs: number): void;
  /** Loads the service; called once, by the first call that needs it. */
  load(): Promise<UntypedServiceImplementation>;
}

/**
 * The tfplugin6 service, loaded with the first call that needs it. The first launch of a command requests nothing but the schema,
 * which Terraform then keeps for the others. That response is built ahead.
 */
export function createLateProviderService({ prebuiltSchema, onServed, load }: LateService): {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
} {
  let loaded: Promise<UntypedServiceImplementation> | undefined;
  const implementation: UntypedServiceImplementation = {};
  for (const [name, { requestStream, responseStream }] of Object.entries(providerService.methods)) {
    if (requestStream || responseStream) continue;
    const handler: UnaryHandler = async (call, callback) => {
      loaded ??= load();
      const loadedHandler = (await loaded)[name] as UnaryHandler | undefined;
      if (loadedHandler !== undefined) loadedHandler(call, callback);
      else callback({ code: UNIMPLEMENTED, details: `The server does not implement the method ${name}` });
    };
    implementation[name] = handler;
  }
  if (prebuiltSchema !== undefined) {
    const returnSchema: UnaryHandler = (_call, callback) => {
      const startedAt = monotonicMs();
      callback(null, prebuiltSchema);
      onServed("GetProviderSchema", monotonicMs() - startedAt);
    };
    implementation.GetProviderSchema = returnSchema;
  }
  return { definition: createServiceDefinition(providerService), implementation };
}
