import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { LogSink } from "../log.ts";
import type { TlsIdentity } from "../started-plugin.ts";

/**
 * Lets in who proves to be the owner of the one certificate that Terraform told us, over TLS 1.2 or later.
 * All others are sent away during the handshake, and the next one may try.
 */
export function createTlsGate(
  { privateKey, certificate, clientCertificate }: TlsIdentity,
  log: LogSink,
  admit: (socket: TLSSocket) => void,
): (socket: Socket) => void {
  const expected = new X509Certificate(clientCertificate).raw;
  const gate = createServer({
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: new X509Certificate(certificate).toString(),
    ca: clientCertificate,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ALPNProtocols: ["h2"],
  });
  gate.on("secureConnection", (socket) => {
    // A CA could vouch for others; this one only vouches for itself.
    if (socket.getPeerX509Certificate()?.raw.equals(expected)) admit(socket);
    else refuse(socket, "another certificate than Terraform's");
  });
  gate.on("tlsClientError", (error, socket) => refuse(socket, error.message));

  function refuse(socket: TLSSocket, reason: string): void {
    socket.destroy();
    log({ level: "warn", message: "Refused a connection", module: "plugin", fields: { reason } });
  }

  return (socket) => gate.emit("connection", socket);
}
