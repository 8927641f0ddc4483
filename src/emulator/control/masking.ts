/** What the journal shows in place of a secret. */
const HIDDEN = "(hidden)";
/** Names of fields, headers and query parameters whose values are secrets. */
const SECRET_NAME = /secret|passw|^(proxy-)?authorization$|^cookie$/i;
/** A word, or one character that can stand between a name and its value other than quotes and blanks. */
const WORD_OR_SIGN = /\w+|[^\w\\"'\s]/g;
const SECRET_WORD = /secret|passw/i;
/** Where a body is not JSON, a secret could be written in escapes or in another character encoding. */
const MAYBE_SECRET = /secret|passw|\\u|%[0-9a-f]{2}|\ufffd|[^\P{Cc}\t\n\r]/iu;
/** Largest body in characters that the journal keeps, and the deepest JSON, so that it can always be written again. */
const BODY_LENGTH = 64 * 1024;
const DEPTH = 64;

/** A request body as the journal keeps it: JSON parsed with its secrets replaced, or the text when it is not JSON. */
export function maskBody(text: string): unknown {
  if (text === "") return null;
  if (text.length > BODY_LENGTH) return `(${text.length} characters, too long for the journal)`;
  try {
    const parsed: unknown = JSON.parse(text);
    if (isShallow(parsed, DEPTH)) return maskValue(parsed);
  } catch {
    // What is not JSON is treated as text.
  }
  return MAYBE_SECRET.test(text) ? `(hidden: ${text.length} characters that are not plain JSON)` : text;
}

/** Headers or query parameters with their secrets replaced. */
export function maskFields(fields: Iterable<readonly [string, unknown]>): Record<string, string> {
  return Object.fromEntries(
    [...fields].map(([name, value]) => [name, SECRET_NAME.test(name) ? HIDDEN : String(value)]),
  );
}

function maskValue(value: unknown): unknown {
  if (typeof value === "string") return holdsSecret(value) ? HIDDEN : value;
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, SECRET_NAME.test(key) ? HIDDEN : maskValue(inner)]),
  );
}

/** Whether a string holds a secret by its name, for example in JSON inside of JSON. Takes time linear in its length. */
function holdsSecret(text: string): boolean {
  let before = "";
  for (const [part] of text.matchAll(WORD_OR_SIGN)) {
    if ((part === ":" || part === "=") && SECRET_WORD.test(before)) return true;
    before = part;
  }
  return false;
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
