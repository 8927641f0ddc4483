// Plays Terraform for the benchmarks: starts the provider, reads its handshake line, and calls it over mutual TLS,
// with nothing but Node, so that the caller does not weigh on what is measured.
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { connect as connectHttp2 } from "node:http2";
import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import { importSource } from "../../scripts/import-source.mjs";

/** A certificate and its key, both PEM, created by the provider's own code. */
export async function createClientCertificate() {
  const { createCertificate } = await importSource("src/plugin/startup/certificate.ts");
  const { certificate, privateKey } = createCertificate();
  return {
    cert: new X509Certificate(certificate).toString(),
    key: privateKey,
  };
}

/** The environment that Terraform would give to the provider. */
export function pluginEnvironment({ cert }) {
  // A certificate store that is read at each start is the machine's affair, not the provider's.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return {
    ...env,
    TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    PLUGIN_PROTOCOL_VERSIONS: "5,6",
    PLUGIN_CLIENT_CERT: cert,
  };
}

/** Starts a program as a plugin. Resolves with the handshake line as soon as it is there; rejects when it never comes. */
export async function startPlugin(command, args, env) {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = new Promise((resolve) => child.once("close", (code) => resolve({ code, stderr })));
  const line = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(`the provider ended before its handshake line: ${stderr}`)));
    child.stdout.once("data", (chunk) => resolve(String(chunk).trim()));
  });
  return { child, line, exited };
}

/** A connection to a plugin, as its handshake line describes it. */
export function connectPlugin(line, { cert, key }) {
  const [, , , path, , certificate] = line.split("|");
  const ca = new X509Certificate(Buffer.from(certificate, "base64")).toString();
  return connectHttp2("https://localhost", {
    createConnection: () =>
      connectTls({
        socket: createConnection(path),
        servername: "localhost",
        ca,
        cert,
        key,
        ALPNProtocols: ["h2"],
      }),
  });
}

/** One unary call. Resolves with gRPC's status code. */
export const call = async (session, path, message) => (await exchange(session, path, message)).status;

/** One unary call. Resolves with gRPC's status code and the response. */
export function exchange(session, path, message = Buffer.alloc(0)) {
  return new Promise((resolve, reject) => {
    session.once("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status;
    const chunks = [];
    const readStatus = (headers) => {
      status = headers["grpc-status"] ?? status;
    };
    stream.once("error", reject);
    stream.on("response", readStatus);
    stream.on("trailers", readStatus);
    stream.once("close", () => {
      session.off("error", reject);
      resolve({ status: Number(status), message: Buffer.concat(chunks).subarray(5) });
    });
    stream.on("data", (chunk) => chunks.push(chunk));
    const header = Buffer.alloc(5);
    header.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([header, message]));
  });
}
