// A plugin process for the harness's own tests: well-behaved, except for what STAND_IN (a comma-separated list) asks for.
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { createClientCertificate } from "../../harness/certificate.ts";
import type { RpcName } from "../../harness/messages.ts";
import { brokerService, controllerService, providerService, stdioService } from "../../harness/proto.ts";
import { FAULTS_BY_NOTE } from "./faults.ts";
import { createScriptedProvider } from "./scripted-provider.ts";

const wants = new Set((process.env.STAND_IN ?? "").split(","));
const socketDir = mkdtempSync(join(tmpdir(), "s-"));
const socket = join(socketDir, "plugin");
const certificate = createClientCertificate();
const clientCertificate = process.env.PLUGIN_CLIENT_CERT;

if (process.env.TF_PLUGIN_MAGIC_COOKIE === undefined || wants.has("exits")) {
  rmSync(socketDir, { recursive: true });
  process.stderr.write("not started by Terraform\n");
  process.exit(1);
}
process.on("SIGINT", () => {});

if (wants.has("spawns")) spawn("sleep", ["60"], { stdio: "ignore" }).unref();

const log = (line: string): void => {
  writeSync(2, `${line}\n`);
};

const provider = createScriptedProvider(FAULTS_BY_NOTE);
/** Keeps the requests, one JSON line each, in the file that STAND_IN_RECORD names; bytes as base64. */
const record = (rpc: string, request: object): void => {
  const file = process.env.STAND_IN_RECORD;
  if (file === undefined) return;
  const text = JSON.stringify({ rpc, request }, (_, value: unknown) =>
    typeof value === "object" && value !== null && (value as { type?: unknown }).type === "Buffer"
      ? Buffer.from((value as { data: number[] }).data).toString("base64")
      : value,
  );
  appendFileSync(file, `${text}\n`);
};

type Handler = (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>) => void;
const handlers: Record<string, Handler> = {};
for (const rpc of Object.keys(providerService)) {
  handlers[rpc] = (call, done) => {
    record(rpc, call.request);
    // The scripted provider takes requests in exactly the shape in which proto-loader decodes them.
    provider.call(rpc as RpcName, call.request as never).then(
      (answer) => done(null, answer),
      (error: { code?: number; details?: string }) =>
        done({ code: error.code ?? 13, details: error.details ?? String(error) }),
    );
  };
}

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(providerService, handlers);
server.addService(stdioService, {
  StreamStdio(call: ServerWritableStream<object, object>) {
    if (wants.has("stdio-data")) call.write({ channel: 1, data: Buffer.from("stray") });
    if (wants.has("stdio-ends")) call.end();
  },
});
server.addService(brokerService, { StartStream() {} });
server.addService(controllerService, {
  Shutdown(_: unknown, done: sendUnaryData<object>) {
    if (!wants.has("hangs")) done(null, {});
    if (wants.has("stays") || wants.has("hangs")) return;
    setImmediate(() => {
      if (!wants.has("leaves-socket")) rmSync(socketDir, { recursive: true });
      process.exit(0);
    });
  },
});

const credentials =
  clientCertificate === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(
        Buffer.from(clientCertificate),
        [
          {
            private_key: Buffer.from(certificate.privateKeyPem),
            cert_chain: Buffer.from(certificate.certificatePem),
          },
        ],
        true,
      );

server.bindAsync(`unix:${socket}`, credentials, () => {
  if (wants.has("silent")) return;
  const field =
    clientCertificate === undefined ? "" : certificate.certificatePem.replaceAll(/-----[^-]+-----|\s|=/g, "");
  if (wants.has("logs-first")) writeSync(1, "hello\n");
  writeSync(1, `1|6|unix|${socket}|grpc|${field}\n`);
  if (wants.has("prints")) writeSync(1, "more\n");
  log(
    JSON.stringify({
      "@level": "info",
      "@message": "started",
      "@timestamp": "2025-01-02T03:04:05.123456Z",
      n: 1,
    }),
  );
  if (wants.has("panics")) log(JSON.stringify({ "@level": "info", "@message": 5 }));
});
