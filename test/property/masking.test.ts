import fc from "fast-check";
import { expect, it } from "vitest";
import { createRedactor } from "../../src/base/redaction.ts";
import { runs } from "./codec-runs.ts";

const hex = (text: string) => Buffer.from(text).toString("hex");
const units = (text: string) =>
  [...Array(text.length).keys()]
    .map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`)
    .join("");
const entities = (text: string) =>
  [...text].map((letter) => `&#x${letter.codePointAt(0)?.toString(16)};`).join("");
const named = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** How a service, a gateway or a web page may write what it was sent. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  JSON: json,
  "JSON with escaped slashes": (text) => json(text).replaceAll("/", "\\/"),
  "JSON in JSON": (text) => json(json(text)),
  "code units": units,
  "percent encoding": encodeURIComponent,
  "percent encoding in lower case": (text) =>
    encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase()),
  "percent encoding of every byte": (text) => hex(text).replace(/../g, "%$&"),
  "percent encoding, twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "a form": (text) => new URLSearchParams({ a: text }).toString().slice(2),
  HTML: named,
  "HTML by code points": entities,
  "HTML, twice": (text) => named(named(text)),
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "hexadecimal digits": hex,
  "upper-case hexadecimal digits": (text) => hex(text).toUpperCase(),
};

/** What secrets are made of, and what encodings change. */
const letters = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(..."abcdefXYZ0123456789") },
  { weight: 2, arbitrary: fc.constantFrom(..."+/=%&\"'<>\\~-_.:;?#$!*@ ") },
  { weight: 1, arbitrary: fc.constantFrom("é", "비", "밀", "🔑") },
);
const secrets = fc
  .array(letters, { minLength: 12, maxLength: 60 })
  .map((parts) => parts.join(""))
  // White space at the ends is no part of a secret, and the words of these tests are none.
  .filter((secret) => secret.trim() === secret && !/ {2}/.test(secret));
const around = fc.constantFrom("", "token=", '{"message":"', "<p>", "denied: ", "%20", "é");

it("a secret is masked in whatever encoding, wherever it stands, and nothing else is", () => {
  fc.assert(
    fc.property(
      secrets,
      fc.constantFrom(...Object.keys(ENCODINGS)),
      around,
      around,
      (secret, encoding, before, after) => {
        const redactor = createRedactor();
        redactor.addSecret(secret);
        const encoded = ENCODINGS[encoding]?.(secret) ?? "";
        const shown = redactor.redactText(`${before}${encoded} ${after}`);
        expect(shown).toContain("***");
        // No third of it is left either, from wherever.
        const part = Math.ceil(encoded.length / 3);
        for (let at = 0; at + part <= encoded.length; at += 1) {
          expect(shown).not.toContain(encoded.slice(at, at + part));
        }
        expect(shown.endsWith(` ${after}`)).toBe(true);
      },
    ),
    runs(1_500),
  );
});
