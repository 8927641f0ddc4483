import { createECDH, randomBytes, sign } from "node:crypto";
import { toPem } from "../pem.ts";

/** Clocks may differ a little between the process that creates a certificate and the one that checks it. */
const CLOCK_TOLERANCE_MS = 30_000;
/** The certificate lives as long as the process that created it; this is longer than any of them. */
const VALIDITY_MS = 365 * 24 * 60 * 60 * 1000;
const SERIAL_BYTES = 16;

// The parts that never change, as DER: to encode them at each start would take a millisecond.
const VERSION_3 = "a003020102";
const ECDSA_WITH_SHA256 = "300a06082a8648ce3d040302";
const EC_PUBLIC_KEY_ON_P256 = "301306072a8648ce3d020106082a8648ce3d030107";
/** SEC 1's version of a private key, and its curve, P-256. */
const PRIVATE_KEY_1 = "020101";
const CURVE_P256 = "a00a06082a8648ce3d030107";
/** O=KakaoCloud, CN=localhost */
const SUBJECT =
  "3029" + "31133011060355040a0c0a4b616b616f436c6f7564" + "3112301006035504030c096c6f63616c686f7374";
const EXTENSIONS =
  "a3583056" +
  // Basic constraints, critical: a CA, as it vouches for itself.
  "300f0603551d130101ff040530030101ff" +
  // Key usage, critical: digitalSignature, keyEncipherment, keyAgreement, keyCertSign.
  "300e0603551d0f0101ff0404030202ac" +
  // Extended key usage: TLS server, TLS client.
  "301d0603551d250416301406082b0601050507030106082b06010505070302" +
  // Alternative name: DNS localhost, the name that Terraform verifies, and the only one that it reads.
  "30140603551d11040d300b82096c6f63616c686f7374";

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
/** The public key's place in a private one. */
const CONTEXT_1 = 0xa1;

/**
 * A new key pair and its self-signed certificate (X.509 v3, P-256) for localhost: the key as PEM (SEC 1), the certificate as DER.
 * Self-signed and a CA, as each side of Terraform's mutual TLS trusts exactly the one certificate that the other side sent.
 *
 * The key is made as a number and encoded here. To make a key object, and to have OpenSSL encode that for TLS, takes a millisecond
 * longer in each process.
 */
export function createCertificate(now = Date.now()): {
  readonly privateKey: string;
  readonly certificate: Buffer;
} {
  const pair = createECDH("prime256v1");
  const publicKey = der(BIT_STRING, "00", pair.generateKeys("hex"));
  // A private key that happens to be small comes without its leading zeros.
  const number = pair.getPrivateKey("hex").padStart(64, "0");
  const privateKey = toPem(
    "EC PRIVATE KEY",
    Buffer.from(
      der(SEQUENCE, PRIVATE_KEY_1, der(OCTET_STRING, number), CURVE_P256, der(CONTEXT_1, publicKey)),
      "hex",
    ),
  );
  const toBeSigned = der(
    SEQUENCE,
    VERSION_3,
    serialNumber(),
    ECDSA_WITH_SHA256,
    SUBJECT,
    der(SEQUENCE, time(new Date(now - CLOCK_TOLERANCE_MS)), time(new Date(now + VALIDITY_MS))),
    SUBJECT,
    der(SEQUENCE, EC_PUBLIC_KEY_ON_P256, publicKey),
    EXTENSIONS,
  );
  const signature = sign("sha256", Buffer.from(toBeSigned, "hex"), privateKey);
  const certificate = der(
    SEQUENCE,
    toBeSigned,
    ECDSA_WITH_SHA256,
    der(BIT_STRING, "00", signature.toString("hex")),
  );
  return { privateKey, certificate: Buffer.from(certificate, "hex") };
}

/** One DER element, all in hexadecimal: tag, length, and the parts one after the other. */
function der(tag: number, ...parts: readonly string[]): string {
  const content = parts.join("");
  const length = content.length / 2;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.from(header).toString("hex") + content;
}

/** Random, and positive: Go rejects a certificate with a negative serial number. No leading zero byte either. */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = (bytes.readUInt8(0) & 0x3f) | 0x40;
  return der(INTEGER, bytes.toString("hex"));
}

/** A point in time, to the second. X.509 wants two-digit years up to 2049, and four digits from then on. */
function time(date: Date): string {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
  const [tag, text] = date.getUTCFullYear() < 2050 ? [UTC_TIME, digits.slice(2)] : [GENERALIZED_TIME, digits];
  return der(tag, Buffer.from(text).toString("hex"));
}
