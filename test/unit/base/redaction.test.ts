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
    ["in base64 behind a user", Buffer.from(`user:${SECRET}`).toString("base64")],
    ["in base64 between others", Buffer.from(`ab${SECRET}cd`).toString("base64")],
    ["in base64 in a URL", encodeURIComponent(Buffer.from(SECRET).toString("base64"))],
    ["in hex", Buffer.from(SECRET).toString("hex")],
    ["in upper-case hex", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["in a URL, in lower case", encodeURIComponent(SECRET).toLowerCase()],
    ["in a URL, twice", encodeURIComponent(encodeURIComponent(SECRET))],
    ["in a URL, each character", [...Buffer.from(SECRET)].map((b) => `%${b.toString(16)}`).join("")],
    ["in JSON within JSON", JSON.stringify(JSON.stringify(SECRET))],
    ["in JSON with escaped slashes", JSON.stringify(SECRET).replaceAll("/", "\\/")],
    ["in JSON with code units", [...SECRET].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join("")],
    [
      "in JSON for a web page",
      JSON.stringify(SECRET).replaceAll("+", "\\u002B").replaceAll('\\"', "\\u0022"),
    ],
    ["in HTML", SECRET.replaceAll('"', "&quot;").replaceAll("+", "&#43;")],
    ["in HTML, in hex", SECRET.replaceAll('"', "&#x22;").replaceAll("/", "&#X2F;")],
    ["in HTML, twice", SECRET.replaceAll('"', "&amp;quot;")],
  ])("is masked %s", (_where, text) => {
    const redacted = redactor.redactText(`before ${text} after`);
    expect(redacted).toMatch(/^before .*\*\*\*.* after$/);
    for (const part of [SECRET, text.slice(-SECRET.length)]) expect(redacted).not.toContain(part);
  });

  it.each([
    ["an ampersand, in HTML", "a&b&amp;c-1234", (text: string) => text.replaceAll("&", "&amp;")],
    ["an ampersand, in HTML twice", "a&&b-1234", (text: string) => text.replaceAll("&", "&amp;amp;")],
    ["a percent sign, in a URL", "100%-of-%25-it", encodeURIComponent],
    [
      "a percent sign, in a URL twice",
      "100%%-of-it",
      (text: string) => encodeURIComponent(encodeURIComponent(text)),
    ],
    ["backslashes, in JSON", "a\\\\b\\n-1234", (text: string) => JSON.stringify(text)],
  ])("is masked with %s", (_what, secret, encode) => {
    const marked = createRedactor();
    marked.addSecret(secret);
    expect(marked.redactText(`before ${encode(secret)} after`)).toMatch(/^before "?\*\*\*"? after$/);
  });

  it("is masked to its end in either base64, which begin alike", () => {
    const long = createRedactor();
    const secret = `${"0123456789".repeat(4)}~~~>>>???~~~`;
    long.addSecret(secret);
    for (const encoding of ["base64", "base64url"] as const) {
      // The last characters of base64 are padding.
      expect(long.redactText(`x ${Buffer.from(secret).toString(encoding)}`)).toMatch(/^x \*\*\*.{0,3}$/);
    }
  });

  it("is masked with white space around and within it, as it is and as it is often rendered", () => {
    const file = createRedactor();
    file.addSecret("first  line\tof-it\n");
    for (const text of [
      "first  line\tof-it\n",
      "first  line\tof-it",
      "first line of-it",
      "first+line+of-it",
    ]) {
      expect(file.redactText(`x ${text}`)).toBe("x ***");
    }
  });

  it("leaves no part of itself where a text is shortened", () => {
    const long = createRedactor();
    long.addSecret("0123456789".repeat(40));
    const secret = "0123456789".repeat(40);
    expect(long.quote(`saw ${secret} there`)).toBe("saw *** there");
    expect(long.quote(`saw ${secret.slice(0, 300)} …`)).toBe("saw *** …");
    expect(long.quote(`saw ${secret.slice(0, 20)}`, true)).toBe("saw ***");
    expect(long.quote(`saw ${secret.slice(0, 20)}`)).not.toBe("saw ***");
  });

  it("is found in linear time in a text that resembles it", () => {
    const alike = createRedactor();
    alike.addSecret(`${"a".repeat(16_000)}b`);
    expect(alike.redactText("a".repeat(300_000)).replaceAll("*", "")).toBe("");
    expect(alike.redactText(`${"a".repeat(31)}%`.repeat(1_000))).toBe(`${"a".repeat(31)}%`.repeat(1_000));
  });

  it("is forgotten when nobody needs it any more", () => {
    const passing = createRedactor();
    const [forgetFirst, forgetSecond] = [passing.addSecret("a-token"), passing.addSecret("a-token")];
    forgetFirst();
    forgetFirst();
    expect(passing.redactText("a-token")).toBe("***");
    forgetSecond();
    expect(passing.redactText("a-token")).toBe("a-token");
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

describe("a text that is displayed", () => {
  const redactor = createRedactor();

  it.each([
    ["escape sequences", "a\u001b[2Jb", "a\ufffd[2Jb"],
    ["C1 controls", "a\u009b2Jb", "a\ufffd2Jb"],
    ["carriage returns", "a\rb", "a\ufffdb"],
    ["text direction", "a\u202eb\u2066c\u200fd", "a\ufffdb\ufffdc\ufffdd"],
    ["line separators", "a\u2028b", "a\ufffdb"],
  ])("holds no %s", (_what, text, shown) => {
    expect(redactor.redactText(text)).toBe(shown);
    expect(redactor.redactFields({ [text]: [text] })).toEqual({ [shown]: [shown] });
  });

  it("keeps lines, tabs and the letters of every language", () => {
    expect(redactor.redactText("a\tb\r\nc 이미지 🙂")).toBe("a\tb\nc 이미지 🙂");
  });

  it("is a short line where it is quoted, with no character taken apart", () => {
    expect(redactor.quote(" a \n\t b ")).toBe("a b");
    expect(redactor.quote("🙂".repeat(400))).toBe(`${"🙂".repeat(150)}…`);
    expect(redactor.quote(`x${"🙂".repeat(400)}`)).toBe(`x${"🙂".repeat(149)}…`);
  });
});

describe("a field with a sensitive name", () => {
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

  it("is written whatever its fields are", () => {
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
