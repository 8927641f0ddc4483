import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A self-signed certificate with its private key, both as PEM text. */
export interface Certificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What a test may want to have different from the certificate that Terraform makes. */
export interface CertificateOptions {
  /** Start of validity; by default 30 seconds ago. */
  readonly notBefore?: Date;
  /** End of validity; by default in 30 years. */
  readonly notAfter?: Date;
  /** An IPv4 address that it is for, beside `localhost`. */
  readonly address?: string;
}

const YEARS_30_MS = 30 * 365.25 * 24 * 3600 * 1000;
const CLOCK_SKEW_MS = 30_000;

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_IDENTIFIER = 0x06;
const OCTET_STRING = 0x04;
const INTEGER = 0x02;
const BIT_STRING = 0x03;

function der(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  if (body.length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, body.length), body]);
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 0xff), body]);
}

/** An object identifier from its dotted text: the first two arcs share a byte, the rest are base-128 numbers. */
function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(OBJECT_IDENTIFIER, Buffer.from(bytes));
}

/** RFC 5280 wants UTCTime up to 2049 and GeneralizedTime after it. */
function time(date: Date): Buffer {
  const text = `${date.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(text.slice(2), "ascii"))
    : der(0x18, Buffer.from(text, "ascii"));
}

function name(parts: ReadonlyArray<readonly [string, string]>): Buffer {
  const rdns = parts.map(([type, value]) =>
    der(SET, der(SEQUENCE, oid(type), der(0x0c, Buffer.from(value, "utf8")))),
  );
  return der(SEQUENCE, ...rdns);
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(0x01, Buffer.of(0xff))] : [];
  return der(SEQUENCE, oid(id), ...flag, der(OCTET_STRING, value));
}

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString("base64").replaceAll(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;

/**
 * A certificate like the one Terraform makes for itself before it starts a plugin: P-521, signed with SHA-512 by its own key,
 * O=HashiCorp CN=localhost, SAN DNS:localhost, a CA, for clients and servers. Each call makes a new key.
 */
export function createClientCertificate(options: CertificateOptions = {}): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-521" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const notBefore = options.notBefore ?? new Date(Date.now() - CLOCK_SKEW_MS);
  const notAfter = options.notAfter ?? new Date(Date.now() + YEARS_30_MS);
  const subject = name([
    ["2.5.4.10", "HashiCorp"],
    ["2.5.4.3", "localhost"],
  ]);
  const algorithm = der(SEQUENCE, oid("1.2.840.10045.4.3.4")); // ecdsa-with-SHA512
  const serial = randomBytes(16);
  serial[0] = (serial.readUInt8(0) & 0x7f) | 0x40; // positive, and no needless leading zero
  const keyId = createHash("sha1").update(spki).digest();
  const alternativeNames = [der(0x82, Buffer.from("localhost", "ascii"))];
  if (options.address !== undefined) {
    alternativeNames.push(der(0x87, Buffer.from(options.address.split(".").map(Number))));
  }
  const extensions = der(
    SEQUENCE,
    extension("2.5.29.15", true, der(BIT_STRING, Buffer.of(2, 0xac))), // signature, encipherment, agreement, certSign
    extension("2.5.29.37", false, der(SEQUENCE, oid("1.3.6.1.5.5.7.3.2"), oid("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.19", true, der(SEQUENCE, der(0x01, Buffer.of(0xff)))), // CA:TRUE
    extension("2.5.29.14", false, der(OCTET_STRING, keyId)),
    extension("2.5.29.17", false, der(SEQUENCE, ...alternativeNames)),
  );
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.of(2))), // v3
    der(INTEGER, serial),
    algorithm,
    subject,
    der(SEQUENCE, time(notBefore), time(notAfter)),
    subject,
    spki,
    der(0xa3, extensions),
  );
  const signature = sign("sha512", toBeSigned, privateKey);
  const certificate = der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, Buffer.of(0), signature));
  return {
    certificatePem: pem("CERTIFICATE", certificate),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** PEM text of a certificate given as DER, as field 6 of the handshake line carries it. */
export function certificatePemFromDer(bytes: Buffer): string {
  return pem("CERTIFICATE", bytes);
}
