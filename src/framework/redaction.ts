/**
 * The one place that decides what may appear in a log line or an error: secrets are masked by value wherever they
 * stand, and fields whose name says that they hold a secret are masked whatever they hold.
 */
export interface Redactor {
  /** Registers a value that must never be shown. Short values are ignored: masking "a" would garble every text. */
  addSecret(value: string): void;
  redactText(text: string): string;
  redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

const MASK = "***";
const MIN_SECRET_LENGTH = 4;
const SECRET_NAME = /secret|password|token|authorization|credential|private_key/i;

export function createRedactor(): Redactor {
  let secrets: readonly string[] = [];

  const redactText = (text: string): string => {
    let redacted = text;
    for (const secret of secrets) {
      if (redacted.includes(secret)) redacted = redacted.replaceAll(secret, MASK);
    }
    return redacted;
  };

  const redactValue = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return redactText(value);
    if (value instanceof Error) return redactText(value.stack ?? value.message);
    if (typeof value !== "object" || value === null) return value;
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    if (depth === 0) return "…";
    if (Array.isArray(value)) return value.map((element) => redactValue(element, depth - 1));
    return redactObject(value as Readonly<Record<string, unknown>>, depth - 1);
  };

  const redactObject = (
    fields: Readonly<Record<string, unknown>>,
    depth: number,
  ): Record<string, unknown> => {
    const redacted: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
      redacted[name] =
        SECRET_NAME.test(name) && value != null && typeof value !== "boolean"
          ? MASK
          : redactValue(value, depth);
    }
    return redacted;
  };

  return {
    addSecret(value) {
      if (value.length < MIN_SECRET_LENGTH || secrets.includes(value)) return;
      // As it stands in JSON, a URL, a form and base64 too: an echo of a request shows any of these. Longest first, so
      // that a secret that contains another is masked whole.
      const bytes = Buffer.from(value);
      const forms = [
        value,
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(bytes.toString()),
        new URLSearchParams({ "": value }).toString().slice(1),
        bytes.toString("base64").replace(/=+$/, ""),
        bytes.toString("base64url"),
      ];
      secrets = [...new Set([...secrets, ...forms])].sort((a, b) => b.length - a.length);
    },
    redactText,
    redactFields: (fields) => redactObject(fields, 4),
  };
}
