/**
 * A provider process that Terraform finds running (TF_REATTACH_PROVIDERS), plan after plan: each connects, configures, reads an
 * image and plans it. Prints a line per tenth: how much memory and how many descriptors the process has, and what a plan cost it in
 * processor time. Arguments: the provider's executable, the number of plans.
 */
import { readdirSync, readFileSync } from "node:fs";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { encode } from "../../src/protobuf/encode.ts";
import {
  configureProviderRequestTable,
  planResourceChangeRequestTable,
  readResourceRequestTable,
} from "../../src/protocol/generated/tfplugin6.ts";
import { releasePending } from "../harness/cleanup.ts";
import { createCore } from "../harness/core.ts";
import { encodeValue } from "../harness/dynamic-value.ts";
import { startPlugin } from "../harness/plugin-process.ts";
import { completeBlock } from "../harness/schema.ts";
import { call, connectPlugin } from "./plugin-client.mjs";

const TICKS_PER_SECOND = 100;
const [executable = "", plansText = ""] = process.argv.slice(2);
const plans = Number(plansText);

const emulator = await startEmulator({ profile: "instant" });
const plugin = await startPlugin({ executable, env: { TF_LOG: undefined } });

function usage() {
  const folder = `/proc/${plugin.pid}`;
  const fields = readFileSync(`${folder}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return {
    megabytes: Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`${folder}/status`, "utf8"))?.[1]) / 1_024,
    descriptors: readdirSync(`${folder}/fd`).length,
    seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

try {
  const { certificate, handshake } = plugin;
  if (certificate === null || handshake.certificate === null) throw new Error("there is no TLS");
  const { network, address } = handshake;
  const line = ["1", "6", network, address, "grpc", handshake.certificate.toString("base64")].join("|");
  const key = { cert: certificate.certificatePem, key: certificate.privateKeyPem };

  const core = createCore(plugin.client);
  const configuration = {
    application_credential_id: "bench",
    application_credential_secret: "bench",
    endpoint_overrides: { iam: emulator.url, config: emulator.url },
  };
  await core.configure(configuration);
  const typeName = "kakaocloud_image";
  const { resources, provider } = await core.schemas();
  const schema = resources.get(typeName);
  if (schema === undefined) throw new Error(`no ${typeName}`);
  const { id } = emulator.seedImage({ name: "golden-web" });
  const { value } = await core.import(typeName, id);
  const state = wire(encodeValue(schema.block.type, value));
  const requests: readonly (readonly [string, Buffer])[] = [
    [
      "ConfigureProvider",
      encode(configureProviderRequestTable, {
        terraformVersion: "1.14.0",
        config: wire(encodeValue(provider.block.type, completeBlock(provider.block, configuration))),
      }),
    ],
    ["ReadResource", encode(readResourceRequestTable, { typeName, currentState: state })],
    [
      "PlanResourceChange",
      encode(planResourceChangeRequestTable, {
        typeName,
        priorState: state,
        proposedNewState: state,
        config: wire(
          encodeValue(schema.block.type, completeBlock(schema.block, { name: value?.name ?? "" })),
        ),
      }),
    ],
  ];

  const plan = async (): Promise<void> => {
    const session = connectPlugin(line, key);
    for (const [name, request] of requests) {
      const status = await call(session, `/tfplugin6.Provider/${name}`, Buffer.from(request));
      if (status !== 0) throw new Error(`${name} returned gRPC status ${status}`);
    }
    await new Promise<void>((resolve) => session.close(resolve));
  };

  for (let tenth = 1; tenth <= 10; tenth += 1) {
    const before = usage();
    for (let count = 0; count < plans / 10; count += 1) await plan();
    const { megabytes, descriptors, seconds } = usage();
    const msPerPlan = ((seconds - before.seconds) * 1_000) / (plans / 10);
    console.log(JSON.stringify({ plans: (tenth * plans) / 10, megabytes, descriptors, msPerPlan }));
    emulator.clearJournal();
  }
} finally {
  await plugin.shutdown();
  await releasePending();
  await emulator.stop();
}

function wire({ msgpack }: { readonly msgpack?: Uint8Array }) {
  return { msgpack: msgpack ?? Buffer.alloc(0) };
}
