import { describe, expect, it } from "vitest";
import { handshakeLine } from "../../../src/plugin/startup/handshake-line.ts";

const address = { network: "unix", location: "/tmp/x.sock" } as const;

describe("handshakeLine", () => {
  it("leaves the padding out of the certificate, and keeps the standard alphabet", () => {
    const certificate = Buffer.from([0xfb, 0xff, 0xbf, 0x00]);
    expect(handshakeLine(address, certificate, false)).toBe("1|6|unix|/tmp/x.sock|grpc|+/+/AA\n");
  });

  it("has an empty sixth field without a certificate", () => {
    expect(handshakeLine({ network: "tcp", location: "127.0.0.1:1" }, undefined, false)).toBe(
      "1|6|tcp|127.0.0.1:1|grpc|\n",
    );
  });

  it("has a seventh field when Terraform offers multiplexing", () => {
    expect(handshakeLine(address, undefined, true)).toBe("1|6|unix|/tmp/x.sock|grpc||false\n");
  });
});
