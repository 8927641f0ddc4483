import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type CertificateOptions, createClientCertificate } from "./certificate.ts";
import { releaseLater } from "./cleanup.ts";

/** A server on this machine that speaks https. */
export interface HttpsServer {
  readonly port: number;
  /** PEM: its certificate, for `localhost`, which nobody vouches for but itself. */
  readonly certificate: string;
}

/** Starts a server that stops with the test, or the test file, that started it. */
export async function useHttpsServer(
  answer: RequestListener,
  options?: CertificateOptions,
): Promise<HttpsServer> {
  const { certificatePem, privateKeyPem } = createClientCertificate(options);
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  releaseLater(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, certificate: certificatePem };
}
