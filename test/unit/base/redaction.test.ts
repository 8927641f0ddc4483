import { describe, expect, it } from "vitest";
import type { LogFields } from "../../../src/base/log.ts";
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";

const SECRET = 's3cr3t/"+value~';

describe("a registered secret", () => {
  const redactor = createRedactor();
  redactor.addSecret(SECRET);

  it.each([
    ["as it is", SECRET],
    ["in JSON", JSON.stringify({ value: SECRET })],
    ["in a URL", `https://x/?a=${encodeURIComponent(SECRET)}`],
    ["in a form", new URLSearchParams({ a: SECRET }).toString()],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 without padding", Buffer.from(SECRET).toString("base64").replace(/=+$/, "")],
    ["in base64url", Buffer.from(SECRET).toString("base64url")],
  ])("is masked %s", (_where, text) => {
    const redacted = redactor.redactText(`before ${text} after`);
    expect(redacted).toMatch(/^before .*\*\*\*.* after$/);
    for (const part of [SECRET, text.slice(-SECRET.length)]) expect(redacted).not.toContain(part);
  });

  it("is masked at any depth of a log line's fields", () => {
    const error = new Error(`refused ${SECRET}`);
    const fields = redactor.redactFields({ a: { b: [SECRET] }, error });
    expect(JSON.stringify(fields)).not.toContain("s3cr3t");
    expect(fields.a).toEqual({ b: ["***"] });
  });

  it("is masked whole when it contains another", () => {
    const both = createRedactor();
    both.addSecret("abcd");
    both.addSecret("abcd-efgh");
    expect(both.redactText("x abcd-efgh y abcd z")).toBe("x *** y *** z");
  });

  it("is ignored when it is too short to be one", () => {
    const short = createRedactor();
    short.addSecret("abc");
    expect(short.redactText("abcde")).toBe("abcde");
  });

  it("may not be half a character", () => {
    const odd = createRedactor();
    odd.addSecret("\ud800secret");
    expect(odd.redactText("x \ud800secret")).toBe("x ***");
  });
});

describe("a field with a telling name", () => {
  it("is masked whatever it holds", () => {
    const redactor = createRedactor();
    const fields = {
      password: "p",
      auth_token: ["t"],
      clientSecret: { a: 1 },
      Authorization: 5,
      private_key: null,
      name: "n",
    };
    expect(redactor.redactFields(fields)).toEqual({
      password: "***",
      auth_token: "***",
      clientSecret: "***",
      Authorization: "***",
      private_key: null,
      name: "n",
    });
  });
});

describe("a log line", () => {
  const lines: { message: string; fields?: LogFields }[] = [];
  const redactor = createRedactor();
  redactor.addSecret(SECRET);
  const log = createLogger((line) => lines.push(line), redactor, "provider", { tf_rpc: "Read" });

  it("survives whatever it is given", () => {
    const circle: Record<string, unknown> = { big: 5n, nothing: undefined, bytes: new Uint8Array(3) };
    circle.self = circle;
    log.info("odd", { circle });
    expect(lines.at(-1)?.fields?.circle).toMatchObject({ big: 5n, bytes: "3 bytes", self: { big: 5n } });
    expect(JSON.stringify(lines.at(-1), (_key, v) => (typeof v === "bigint" ? `${v}` : v))).toContain("…");
  });

  it("never holds a secret, at any level and with any inherited field", () => {
    for (const level of ["trace", "debug", "info", "warn", "error"] as const) {
      log.with({ inherited: SECRET }, "other")[level](`saw ${SECRET}`, { own: SECRET });
      expect(lines.at(-1)).toEqual({
        level,
        module: "other",
        message: "saw ***",
        fields: { tf_rpc: "Read", inherited: "***", own: "***" },
      });
    }
  });
});
