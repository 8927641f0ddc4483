import type {
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { monotonicMs } from "../base/monotonic.ts";
import { createServiceDefinition } from "../protobuf/service-definition.ts";
import { providerService } from "./generated/tfplugin6.ts";

type UnaryHandler = (call: ServerUnaryCall<object, unknown>, callback: sendUnaryData<unknown>) => void;
type StreamHandler = (call: ServerWritableStream<object, unknown>) => void;

/** gRPC's status code for an RPC that is not served. */
const UNIMPLEMENTED = 12;

/** What a service that is not loaded yet needs to know. */
export interface LateService {
  /** Responses that were encoded ahead, in base64, by RPC. */
  readonly prebuilt: Readonly<Record<string, string>>;
  /** Called after a call that needed no service, with its duration. */
  onServed(rpc: string, durationMs: number): void;
  /** Loads the service; called once, by the first call that needs it. */
  load(): Promise<UntypedServiceImplementation>;
}

/**
 * The tfplugin6 service, loaded with the first call that needs it. The first launch of a command requests nothing but the schemas,
 * which Terraform then keeps for the others. Those responses are built ahead.
 */
export function createLateProviderService({ prebuilt, onServed, load }: LateService): {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
} {
  let loaded: Promise<UntypedServiceImplementation> | undefined;
  const implementation: UntypedServiceImplementation = {};
  const handlerOf = async (name: string) => {
    loaded ??= load();
    return (await loaded)[name] as (UnaryHandler & StreamHandler) | undefined;
  };
  for (const [name, { requestStream, responseStream }] of Object.entries(providerService.methods)) {
    if (requestStream) continue;
    const unimplemented = {
      code: UNIMPLEMENTED,
      details: `The server does not implement the method ${name}`,
    };
    const unary: UnaryHandler = async (call, callback) => {
      const handler = await handlerOf(name);
      if (handler !== undefined) handler(call, callback);
      else callback(unimplemented);
    };
    const stream: StreamHandler = async (call) => {
      const handler = await handlerOf(name);
      if (handler !== undefined) handler(call);
      else call.emit("error", unimplemented);
    };
    implementation[name] = responseStream ? stream : unary;
  }
  for (const [name, base64] of Object.entries(prebuilt)) {
    const response = Buffer.from(base64, "base64");
    const returnPrebuilt: UnaryHandler = (_call, callback) => {
      const startedAt = monotonicMs();
      callback(null, response);
      onServed(name, monotonicMs() - startedAt);
    };
    implementation[name] = returnPrebuilt;
  }
  return { definition: createServiceDefinition(providerService), implementation };
}
