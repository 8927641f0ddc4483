import { connect } from "node:tls";
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  type MethodDefinition,
  type ServiceDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { type Certificate, certificatePemFromDer } from "./certificate.ts";
import type { Handshake } from "./handshake.ts";
import type { DynamicValueMessage, ListEventMessage, RpcName, Rpcs } from "./messages.ts";
import { brokerService, controllerService, healthService, providerService, stdioService } from "./proto.ts";

/** Terraform's own limit for a GetProviderSchema response, in bytes. */
export const MAX_SCHEMA_RESPONSE_BYTES = 64 * 1024 * 1024;

/** What plays Terraform's part needs of a provider: to call one unary RPC. */
export interface ProviderCaller {
  /** Calls one RPC of tfplugin6.Provider; rejects with a grpc-js ServiceError when the status is not OK. */
  call<Name extends RpcName>(rpc: Name, request: Rpcs[Name]["request"]): Promise<Rpcs[Name]["response"]>;
  /** Starts a ListResource stream; absent where the provider is played without streams. Leaving the loop early cancels the call. */
  list?(request: ListRequest): AsyncIterable<ListEventMessage>;
}

/** What Terraform sends to list a resource. */
export interface ListRequest {
  readonly typeName: string;
  readonly config: DynamicValueMessage;
  readonly includeResourceObject: boolean;
  readonly limit: number;
}

/** One HTTP/2 connection to a plugin process, as Terraform holds it. */
export interface ProviderClient extends ProviderCaller {
  /** Starts one RPC and gives the handle by which it can be cancelled beside the response. */
  start<Name extends RpcName>(
    rpc: Name,
    request: Rpcs[Name]["request"],
  ): { readonly response: Promise<Rpcs[Name]["response"]>; cancel(): void };
  /** Calls a server-streaming RPC and collects its events until the stream ends with OK. */
  collect(
    rpc: "ListResource" | "InvokeAction" | "ReadStateBytes",
    request: object,
  ): Promise<readonly object[]>;
  /** Calls any path with raw bytes, `/tfplugin6.Provider/Nope` for one; resolves to the raw response. */
  callRaw(path: string, request: Uint8Array): Promise<Buffer>;
  /** Calls the health service; resolves to 0 UNKNOWN, 1 SERVING, 2 NOT_SERVING, 3 SERVICE_UNKNOWN. */
  checkHealth(service: string): Promise<number>;
  /** go-plugin's Shutdown call. */
  requestShutdown(): Promise<void>;
  /** What arrived on the streams that Terraform keeps open; all empty or null for a well-behaved process. */
  readonly streams: StreamObservations;
  close(): void;
}

/** Observations on GRPCStdio.StreamStdio and GRPCBroker.StartStream. */
export interface StreamObservations {
  readonly stdioData: readonly Buffer[];
  readonly brokerMessages: readonly object[];
  /** Set once a stream ended while the connection was still in use: its gRPC status code. */
  readonly stdioEnded: number | null;
  readonly brokerEnded: number | null;
}

const method = (service: ServiceDefinition, name: string): MethodDefinition<object, object> => {
  const definition = service[name];
  if (definition === undefined) throw new Error(`no RPC ${name}`);
  return definition;
};

/** Credentials as go-plugin's AutoMTLS makes them: the only root is field 6, and we show our own certificate. */
function channelCredentials(handshake: Handshake, client: Certificate | null): ChannelCredentials {
  if (handshake.certificate === null || client === null) return credentials.createInsecure();
  return credentials.createSsl(
    Buffer.from(certificatePemFromDer(handshake.certificate)),
    Buffer.from(client.privateKeyPem),
    Buffer.from(client.certificatePem),
  );
}

/**
 * Connects as Terraform does: TLS 1.2 or newer with ALPN h2 and server name `localhost` when a certificate was offered, one
 * connection, and (by default) the stdio and broker streams opened at once. Rejects when the first dial fails.
 */
export async function connectProvider(
  handshake: Handshake,
  certificate: Certificate | null,
  options: { readonly openStreams?: boolean; readonly dialTimeoutMs?: number } = {},
): Promise<ProviderClient> {
  if ((handshake.certificate === null) !== (certificate === null)) {
    throw new Error("Plugin did not respond: only one of the two sides wants TLS");
  }
  const target = handshake.network === "unix" ? `unix:${handshake.address}` : `dns:${handshake.address}`;
  const client = new Client(target, channelCredentials(handshake, certificate), {
    "grpc.ssl_target_name_override": "localhost",
    "grpc.default_authority": "localhost",
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.enable_http_proxy": 0,
    "grpc.use_local_subchannel_pool": 1,
  });
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + (options.dialTimeoutMs ?? 5_000), (error) => {
      if (error === undefined) return resolve();
      client.close();
      reject(new Error(`Plugin did not respond: ${error.message}`));
    });
  });
  return wrap(client, options.openStreams ?? true);
}

function wrap(client: Client, openStreams: boolean): ProviderClient {
  let closed = false;
  const stdioData: Buffer[] = [];
  const brokerMessages: object[] = [];
  let stdioEnded: number | null = null;
  let brokerEnded: number | null = null;

  const unary = (service: ServiceDefinition, name: string, request: object) => {
    const { path, requestSerialize, responseDeserialize } = method(service, name);
    let cancel = (): void => {};
    const response = new Promise<object>((resolve, reject) => {
      const call = client.makeUnaryRequest(
        path,
        requestSerialize,
        (bytes: Buffer) => {
          if (name === "GetProviderSchema" && bytes.length > MAX_SCHEMA_RESPONSE_BYTES) {
            throw new Error(
              `received message larger than max (${bytes.length} vs. ${MAX_SCHEMA_RESPONSE_BYTES})`,
            );
          }
          return responseDeserialize(bytes);
        },
        request,
        (error: ServiceError | null, value?: object) => {
          if (error !== null) reject(error);
          else if (value === undefined) reject(new Error(`${name} got an empty response`));
          else resolve(value);
        },
      );
      cancel = () => call.cancel();
    });
    return { response, cancel: () => cancel() };
  };

  const start: ProviderClient["start"] = (rpc, request) => {
    const { response, cancel } = unary(providerService, rpc, request);
    // proto-loader decodes by the same .proto files that Rpcs describes.
    return { response: response as Promise<Rpcs[typeof rpc]["response"]>, cancel };
  };

  if (openStreams) {
    const stdio = method(stdioService, "StreamStdio");
    const stdioStream: ClientReadableStream<object> = client.makeServerStreamRequest(
      stdio.path,
      stdio.requestSerialize,
      stdio.responseDeserialize,
      {},
    );
    stdioStream.on("data", (chunk: { data: Buffer }) => stdioData.push(chunk.data));
    stdioStream.on("error", () => {});
    stdioStream.on("status", ({ code }) => {
      if (!closed) stdioEnded = code;
    });
    const broker = method(brokerService, "StartStream");
    const brokerStream: ClientDuplexStream<object, object> = client.makeBidiStreamRequest(
      broker.path,
      broker.requestSerialize,
      broker.responseDeserialize,
    );
    brokerStream.on("data", (message: object) => brokerMessages.push(message));
    brokerStream.on("error", () => {});
    brokerStream.on("status", ({ code }) => {
      if (!closed) brokerEnded = code;
    });
  }

  return {
    start,
    call: (rpc, request) => start(rpc, request).response,
    collect: (rpc, request) =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = method(providerService, rpc);
        const events: object[] = [];
        const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
        stream.on("data", (event: object) => events.push(event));
        stream.on("error", reject);
        stream.on("end", () => resolve(events));
      }),
    list: (request) => {
      const { path, requestSerialize, responseDeserialize } = method(providerService, "ListResource");
      // A stream that is left early is destroyed by the loop, which does not cancel the call.
      const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
      stream.once("close", () => stream.cancel());
      return stream as AsyncIterable<ListEventMessage>;
    },
    callRaw: (path, request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          path,
          (bytes: Uint8Array) => Buffer.from(bytes),
          (bytes: Buffer) => bytes,
          request,
          (error: ServiceError | null, value?: Buffer) =>
            error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error),
        );
      }),
    async checkHealth(name) {
      const answer = await unary(healthService, "Check", { service: name }).response;
      return (answer as { status: number }).status;
    },
    async requestShutdown() {
      // From here on the streams end because we closed them.
      closed = true;
      await unary(controllerService, "Shutdown", {}).response;
    },
    get streams() {
      return { stdioData, brokerMessages, stdioEnded, brokerEnded };
    },
    close() {
      closed = true;
      client.close();
    },
  };
}

/** What the TLS layer agreed on, seen by a bare TLS client that shows `certificate` (or none, when null). */
export interface TlsObservation {
  readonly protocol: string | null;
  readonly alpn: string | false | null;
}

/**
 * Opens a connection of its own to look at TLS, and closes it. Resolves when the server accepts the client for good (it has
 * sent its HTTP/2 settings), rejects when it refuses.
 */
export function probeTls(handshake: Handshake, certificate: Certificate | null): Promise<TlsObservation> {
  const server = handshake.certificate;
  if (server === null) return Promise.reject(new Error("the process serves plain text"));
  const [host = "", port = ""] = handshake.address.split(/:(?=\d+$)/);
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...(handshake.network === "unix" ? { path: handshake.address } : { host, port: Number(port) }),
      ca: certificatePemFromDer(server),
      ...(certificate === null ? {} : { cert: certificate.certificatePem, key: certificate.privateKeyPem }),
      servername: "localhost",
      minVersion: "TLSv1.2",
      ALPNProtocols: ["h2"],
    });
    socket.once("error", reject);
    // With TLS 1.3 the client is done before the server has judged its certificate: wait for the server's first bytes.
    socket.once("secureConnect", () =>
      socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"),
    );
    socket.once("data", () => {
      resolve({ protocol: socket.getProtocol(), alpn: socket.alpnProtocol });
      socket.destroy();
    });
    socket.once("close", () => reject(new Error("the server closed the connection")));
  });
}
