/** DER as PEM, which is what Node's TLS reads: base64 in lines of 64 characters. */
export function toPem(label: "CERTIFICATE" | "EC PRIVATE KEY", der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
