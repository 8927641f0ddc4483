import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createCertificate } from "../../../src/plugin/startup/certificate.ts";

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);

describe("createCertificate", () => {
  it("creates what OpenSSL reads as a self-signed certificate for localhost", () => {
    const parsed = new X509Certificate(createCertificate(NOW).certificate);
    expect(parsed.subject).toBe("O=KakaoCloud\nCN=localhost");
    expect(parsed.checkIssued(parsed)).toBe(true);
    expect(parsed.ca).toBe(true);
    expect(parsed.subjectAltName).toBe("DNS:localhost");
    expect(parsed.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(Date.parse(parsed.validFrom)).toBe(NOW - 30_000);
    expect(Date.parse(parsed.validTo)).toBeGreaterThan(NOW + 300 * 24 * 3600 * 1000);
    expect(parsed.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
  });

  it("belongs to the private key that comes with it", () => {
    const { certificate, privateKey } = createCertificate();
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    // The bytes are the shortest encoding of what they say.
    expect(parsed.raw).toEqual(certificate);
  });

  it("has a key that OpenSSL reads, also where a number has leading zeros", () => {
    for (let made = 0; made < 300; made++) {
      const { certificate, privateKey } = createCertificate();
      expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    }
  });

  it("never has a negative serial number, which Go refuses, nor the same one twice", () => {
    const serials = Array.from(
      { length: 50 },
      () => new X509Certificate(createCertificate().certificate).serialNumber,
    );
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(new Set(serials).size).toBe(serials.length);
  });

  it("writes years from 2050 on with four digits", () => {
    const { certificate } = createCertificate(Date.UTC(2049, 11, 31, 23, 59, 50));
    const { validFrom, validTo } = new X509Certificate(certificate);
    expect(new Date(validFrom).getUTCFullYear()).toBe(2049);
    expect(new Date(validTo).getUTCFullYear()).toBe(2050);
  });
});
