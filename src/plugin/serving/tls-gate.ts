import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { LogSink } from "../../base/log.ts";
import { toPem } from "../pem.ts";
import type { TlsIdentity } from "../started-plugin.ts";

/**
 * Accepts only the owner of the certificate that Terraform sent, over TLS 1.2 or later. Nothing that others send is read.
 */
export function createTlsGate(
  { privateKey, certificate, clientCertificate }: TlsIdentity,
  log: LogSink,
  accept: (socket: TLSSocket) => void,
): (socket: Socket) => void {
  const gate = createServer({
    key: privateKey,
    cert: toPem("CERTIFICATE", certificate),
    requestCert: true,
    // The handshake proves that the client has the key of the certificate that it shows; which one that is, is compared below.
    // That is stricter than trusting the certificate as an authority, and 17 ms faster: before Node adds an authority to a
    // context, it parses all that the system knows. An empty list is what keeps it from doing so.
    rejectUnauthorized: false,
    ca: [],
    minVersion: "TLSv1.2",
    ALPNProtocols: ["h2"],
  });
  gate.on("secureConnection", (socket) => {
    const shown = socket.getPeerX509Certificate();
    if (shown === undefined) refuse(socket, "the client sent no certificate");
    else if (!shown.raw.equals(clientCertificate.raw))
      refuse(socket, "the client's certificate is not Terraform's");
    else if (!isValidNow(clientCertificate))
      refuse(socket, "Terraform's certificate is not valid at this time");
    else accept(socket);
  });
  gate.on("tlsClientError", (error, socket) => refuse(socket, error.message));

  function refuse(socket: TLSSocket, reason: string): void {
    socket.destroy();
    log({ level: "warn", message: "Refused a connection", module: "plugin", fields: { reason } });
  }

  return (socket) => gate.emit("connection", socket);
}

function isValidNow({ validFrom, validTo }: X509Certificate): boolean {
  const now = Date.now();
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}
