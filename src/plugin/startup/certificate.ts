import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { der, objectIdentifier, sequence, TAG, time } from "./der.ts";

/** Clocks may differ a little between the process that makes a certificate and the one that checks it. */
const CLOCK_TOLERANCE_MS = 30_000;
/** The certificate lives as long as the process that made it; this is longer than any of them. */
const VALIDITY_MS = 365 * 24 * 60 * 60 * 1000;
const SERIAL_BYTES = 16;

const ECDSA_WITH_SHA256 = sequenceOfId("1.2.840.10045.4.3.2");
const VERSION_3 = der(0xa0, der(TAG.integer, Buffer.of(2)));
const SUBJECT = sequence(attribute("2.5.4.10", "KakaoCloud"), attribute("2.5.4.3", "localhost"));

/** digitalSignature, keyEncipherment, keyAgreement, keyCertSign; the last two bits of the byte are unused. */
const KEY_USAGE = der(TAG.bitString, Buffer.of(2, 0b1010_1100));
const SERVER_AND_CLIENT = sequence(
  objectIdentifier("1.3.6.1.5.5.7.3.1"),
  objectIdentifier("1.3.6.1.5.5.7.3.2"),
);
const IS_CA = sequence(der(TAG.boolean, Buffer.of(0xff)));
/** Terraform verifies this name, and takes no other place than the alternative names for it. */
const DNS_LOCALHOST = sequence(der(0x82, "localhost"));

const EXTENSIONS = der(
  0xa3,
  sequence(
    extension("2.5.29.19", IS_CA, true),
    extension("2.5.29.15", KEY_USAGE, true),
    extension("2.5.29.37", SERVER_AND_CLIENT),
    extension("2.5.29.17", DNS_LOCALHOST),
  ),
);

/**
 * A new key pair and its self-signed certificate (X.509 v3, P-256, DER) for localhost. Self-signed and a CA, as each
 * side of Terraform's mutual TLS trusts exactly the one certificate that the other side told it.
 */
export function createCertificate(now = Date.now()): {
  readonly privateKey: KeyObject;
  readonly certificate: Buffer;
} {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const toBeSigned = sequence(
    VERSION_3,
    serialNumber(),
    ECDSA_WITH_SHA256,
    SUBJECT,
    sequence(time(new Date(now - CLOCK_TOLERANCE_MS)), time(new Date(now + VALIDITY_MS))),
    SUBJECT,
    publicKey.export({ type: "spki", format: "der" }),
    EXTENSIONS,
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, der(TAG.bitString, Buffer.of(0), signature));
  return { privateKey, certificate };
}

/** Random, and positive: Go rejects a certificate with a negative serial number. No leading zero byte either. */
function serialNumber(): Buffer {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = (bytes.readUInt8(0) & 0x3f) | 0x40;
  return der(TAG.integer, bytes);
}

function attribute(type: string, value: string): Buffer {
  return der(TAG.set, sequence(objectIdentifier(type), der(TAG.utf8String, value)));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der(TAG.boolean, Buffer.of(0xff))] : [];
  return sequence(objectIdentifier(id), ...flag, der(TAG.octetString, value));
}

function sequenceOfId(id: string): Buffer {
  return sequence(objectIdentifier(id));
}
