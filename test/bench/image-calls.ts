import { encode } from "../../src/protobuf/encode.ts";
import {
  configureProviderRequestTable,
  planResourceChangeRequestTable,
  readResourceRequestTable,
} from "../../src/protocol/generated/tfplugin6.ts";
import { createCore } from "../harness/core.ts";
import { encodeValue } from "../harness/dynamic-value.ts";
import type { PluginProcess } from "../harness/plugin-process.ts";
import { completeBlock } from "../harness/schema.ts";
import { call, connectPlugin } from "./plugin-client.mjs";

type Connection = ReturnType<typeof connectPlugin>;

/** The calls of a plan of one image, over connections that do little more than HTTP/2. */
export interface ImageCalls {
  connect(): Connection;
  /** Rejects unless the provider serves the call. */
  invoke(connection: Connection, name: ImageCall): Promise<void>;
}

export type ImageCall = "GetMetadata" | "ConfigureProvider" | "ReadResource" | "PlanResourceChange";

/** Configures the provider for the emulator at a URL, reads the image there and prepares the calls. */
export async function prepareImageCalls(plugin: PluginProcess, url: string, id: string): Promise<ImageCalls> {
  const { certificate, handshake } = plugin;
  if (certificate === null || handshake.certificate === null) throw new Error("there is no TLS");
  const { network, address } = handshake;
  const line = ["1", "6", network, address, "grpc", handshake.certificate.toString("base64")].join("|");
  const key = { cert: certificate.certificatePem, key: certificate.privateKeyPem };

  const core = createCore(plugin.client);
  const configuration = {
    application_credential_id: "bench",
    application_credential_secret: "bench",
    endpoint_overrides: { iam: url, config: url },
  };
  await core.configure(configuration);
  const typeName = "kakaocloud_image";
  const { resources, provider } = await core.schemas();
  const schema = resources.get(typeName);
  if (schema === undefined) throw new Error(`no ${typeName}`);
  const { value } = await core.import(typeName, id);
  const state = wire(encodeValue(schema.block.type, value));
  const config = completeBlock(schema.block, { name: value?.name ?? "" });
  const requests: Readonly<Record<ImageCall, Buffer>> = {
    GetMetadata: Buffer.alloc(0),
    ConfigureProvider: encode(configureProviderRequestTable, {
      config: wire(encodeValue(provider.block.type, completeBlock(provider.block, configuration))),
    }),
    ReadResource: encode(readResourceRequestTable, { typeName, currentState: state }),
    PlanResourceChange: encode(planResourceChangeRequestTable, {
      typeName,
      priorState: state,
      proposedNewState: state,
      config: wire(encodeValue(schema.block.type, config)),
    }),
  };
  return {
    connect: () => connectPlugin(line, key),
    async invoke(connection, name) {
      const status = await call(connection, `/tfplugin6.Provider/${name}`, Buffer.from(requests[name]));
      if (status !== 0) throw new Error(`${name} returned gRPC status ${status}`);
    },
  };
}

function wire({ msgpack }: { readonly msgpack?: Uint8Array }) {
  return { msgpack: msgpack ?? Buffer.alloc(0) };
}
