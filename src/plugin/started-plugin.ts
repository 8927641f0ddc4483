import type { X509Certificate } from "node:crypto";
import type { Server } from "node:net";

/** The two ends of mutual TLS: this process, and its only client. */
export interface TlsIdentity {
  /** PEM. */
  readonly privateKey: string;
  /** Our self-signed certificate, DER. Terraform knows it from the handshake line. */
  readonly certificate: Buffer;
  /** Terraform's certificate. */
  readonly clientCertificate: X509Certificate;
}

/** What the first phase hands to the second: a process that is announced and listens, but does not serve yet. */
export interface StartedPlugin {
  readonly version: string;
  /** In debug mode the process belongs to the developer who started it, and outlives Terraform's commands. */
  readonly mode: "plugin" | "debug";
  /** The process that started us, read before it could have ended. */
  readonly parentPid: number;
  /** Listens already. Connections are accepted from the next turn of the event loop on. */
  readonly server: Server;
  /** Undefined: no TLS. */
  readonly identity: TlsIdentity | undefined;
}
