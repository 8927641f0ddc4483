// What calls cost over mutual TLS, with a client that does little more than HTTP/2, so that what is measured is the provider. Prints
// JSON. Arguments: the provider's executable, the emulator's URL, the id of an image, calls per measurement, calls for the memory.
import { readFileSync } from "node:fs";
import { encode } from "../../src/protobuf/encode.ts";
import {
  planResourceChangeRequestTable,
  readResourceRequestTable,
} from "../../src/protocol/generated/tfplugin6.ts";
import { releasePending } from "../harness/cleanup.ts";
import { createCore } from "../harness/core.ts";
import { encodeValue } from "../harness/dynamic-value.ts";
import { startPlugin } from "../harness/plugin-process.ts";
import { completeBlock } from "../harness/schema.ts";
import { call, connectPlugin } from "./plugin-client.mjs";

const [executable = "", url = "", id = "", callsText = "", memoryText = ""] = process.argv.slice(2);
const calls = Number(callsText);
const memoryCalls = Number(memoryText);
const IN_FLIGHT = 10;

// As Terraform starts it for somebody who does not look at logs.
const plugin = await startPlugin({ executable, env: { TF_LOG: undefined } });
const residentMegabytes = (): number => {
  const status = readFileSync(`/proc/${plugin.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024;
};

/** Calls `work` so often, ten at a time. */
async function repeat(count: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** How long calls take one by one, and how many a second are served ten at a time. */
async function measure(work: () => Promise<void>) {
  await repeat(calls / 2, work);
  const oneByOneMs: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const startedAt = performance.now();
    await work();
    oneByOneMs.push(performance.now() - startedAt);
  }
  const startedAt = performance.now();
  await repeat(calls, work);
  return { oneByOneMs, callsPerSecond: (calls * 1_000) / (performance.now() - startedAt) };
}

try {
  const { certificate, handshake } = plugin;
  if (certificate === null || handshake.certificate === null) throw new Error("there is no TLS");
  const line = [
    "1",
    "6",
    handshake.network,
    handshake.address,
    "grpc",
    handshake.certificate.toString("base64"),
  ];
  const session = connectPlugin(line.join("|"), {
    cert: certificate.certificatePem,
    key: certificate.privateKeyPem,
  });
  session.setMaxListeners(0);
  const core = createCore(plugin.client);
  await core.configure({
    application_credential_id: "bench",
    application_credential_secret: "bench",
    endpoint_overrides: { iam: url, config: url },
  });
  const typeName = "kakaocloud_image";
  const schema = (await core.schemas()).resources.get(typeName);
  if (schema === undefined) throw new Error(`no ${typeName}`);
  const { value } = await core.import(typeName, id);
  const state = wire(encodeValue(schema.block.type, value));
  const config = wire(
    encodeValue(schema.block.type, completeBlock(schema.block, { name: value?.name ?? "" })),
  );

  const requests: Readonly<Record<string, Buffer<ArrayBuffer>>> = {
    GetMetadata: Buffer.alloc(0),
    ReadResource: Buffer.from(encode(readResourceRequestTable, { typeName, currentState: state })),
    PlanResourceChange: Buffer.from(
      encode(planResourceChangeRequestTable, {
        typeName,
        priorState: state,
        proposedNewState: state,
        config,
      }),
    ),
  };
  const invoke = (name: string) => async (): Promise<void> => {
    const status = await call(session, `/tfplugin6.Provider/${name}`, requests[name]);
    if (status !== 0) throw new Error(`${name} returned gRPC status ${status}`);
  };

  // The first wave of reads makes the provider read a list, which then serves the others without the API: what is left is the protocol.
  const rpcs: Record<string, Awaited<ReturnType<typeof measure>>> = {};
  for (const name of Object.keys(requests)) rpcs[name] = await measure(invoke(name));

  const memory: number[] = [residentMegabytes()];
  for (let tenth = 0; tenth < 10 && memoryCalls > 0; tenth += 1) {
    await repeat(memoryCalls / 10, invoke("ReadResource"));
    memory.push(residentMegabytes());
  }
  session.destroy();
  console.log(JSON.stringify({ rpcs, memoryCalls, memory }));
} finally {
  await plugin.shutdown();
  await releasePending();
}

function wire({ msgpack }: { readonly msgpack?: Uint8Array }) {
  return { msgpack: msgpack ?? Buffer.alloc(0) };
}
