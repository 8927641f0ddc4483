/** The value by which a provider knows that Terraform starts it. */
export const MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** The one line by which a plugin process says where it listens. */
export interface Handshake {
  readonly network: "unix" | "tcp";
  /** A socket path, or host:port. */
  readonly address: string;
  /** The server's certificate as DER; null when the process serves plain text. */
  readonly certificate: Buffer | null;
  /** The seventh field; null when there is none. */
  readonly multiplex: string | null;
  readonly line: string;
}

const MAX_SOCKET_PATH_BYTES = process.platform === "darwin" ? 103 : 107;
/** Terraform takes a sixth field for a certificate only when it is longer than this. */
const MIN_CERTIFICATE_CHARS = 50;

/**
 * Reads the handshake line, which comes without its newline, more strictly than Terraform does: what Terraform would trim or
 * overlook is an error here. Messages are Terraform's where Terraform has one.
 */
export function parseHandshake(line: string): Handshake {
  const fields = line.split("|");
  const [core, protocol, network, address, rpc, certificate, multiplex] = fields;
  if (fields.length < 4 || line.trim() !== line)
    throw new Error(`Unrecognized remote plugin message: ${line}`);
  if (core !== "1") {
    throw new Error(`Incompatible core API version with plugin. Plugin version: ${core}, Core version: 1`);
  }
  if (protocol !== "5" && protocol !== "6") {
    throw new Error(
      `Incompatible API version with plugin. Plugin version: ${protocol}, Client versions: [5 6]`,
    );
  }
  if (protocol === "5") throw new Error("Unsupported plugin method: the process speaks protocol 5");
  if (network !== "unix" && network !== "tcp") throw new Error(`Unknown address type: ${network}`);
  if (rpc !== "grpc") throw new Error(`Unsupported plugin protocol "${rpc ?? "netrpc"}". Supported: [grpc]`);
  if (address === undefined || address === "") throw new Error(`The handshake line has no address: ${line}`);
  if (network === "unix" && Buffer.byteLength(address) > MAX_SOCKET_PATH_BYTES) {
    throw new Error(`The socket path is longer than ${MAX_SOCKET_PATH_BYTES} bytes: ${address}`);
  }
  if (fields.length > 7) throw new Error(`The handshake line has ${fields.length} fields: ${line}`);
  return {
    network,
    address,
    certificate: readCertificate(certificate),
    multiplex: multiplex ?? null,
    line,
  };
}

/** Field 6: standard base64 alphabet, no padding. */
function readCertificate(field: string | undefined): Buffer | null {
  if (field === undefined || field === "") return null;
  if (field.length <= MIN_CERTIFICATE_CHARS || !/^[A-Za-z0-9+/]+$/.test(field)) {
    throw new Error("error parsing server cert: illegal base64 data");
  }
  return Buffer.from(field, "base64");
}
