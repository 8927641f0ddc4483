import { cleanText, oneLine, shorten } from "./clean.ts";
import { LIMITS } from "./limits.ts";
import type { LogEntry, LogSink } from "./log.ts";
import { formsOf, MIN_SECRET_LENGTH, matchSecret, type SecretForm, startsOf } from "./secret-forms.ts";

/**
 * The one place that decides what may be shown, used where texts leave the program: diagnostics and log lines. Secrets are
 * masked by value wherever they stand and however they are encoded, then control characters are replaced. Fields whose name
 * says that they hold a secret are masked whatever they hold.
 */
export interface Redactor {
  /**
   * Registers a value that must never be shown. Short values are ignored: masking "a" would garble every text.
   *
   * @returns a function that forgets the value, unless somebody else has registered it too
   */
  addSecret(value: string): () => void;
  /** The text as it may be shown. */
  redactText(text: string): string;
  redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /**
   * A text from outside as a part of a message: one short line. Masked before it is shortened, so that no beginning of a
   * secret is left.
   *
   * @param isCut the text is only the beginning of one
   */
  quote(text: string, isCut?: boolean): string;
}

/** A sink that masks the secrets in the entries that it passes on. */
export function createRedactedSink(sink: LogSink, redactor: Redactor): LogSink {
  const log = (entry: LogEntry): void => {
    if (sink.isEnabled?.(entry.level) === false) return;
    const { message, fields = {} } = entry;
    sink({ ...entry, message: redactor.redactText(message), fields: redactor.redactFields(fields) });
  };
  return Object.assign(log, sink.isEnabled && { isEnabled: sink.isEnabled });
}

const MASK = "***";
/** What an encoded character begins with. */
const ENCODING_MARKS = ["%", "\\", "&", "+"];
const MAX_FIELD_DEPTH = 4;
const SECRET_NAME = /secret|password|token|authorization|credential|private_key/i;

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const registered = new Map<string, { count: number; readonly forms: readonly SecretForm[] }>();
  /** The forms that can begin with a character: all of them with the mark of an encoding. Undefined after a change. */
  let formsByStart: ReadonlyMap<string, readonly SecretForm[]> | undefined;
  const collect = (): ReadonlyMap<string, readonly SecretForm[]> => {
    // Longest first, so that a secret that contains another is masked whole.
    const forms = [...registered.values()]
      .flatMap(({ forms }) => forms)
      .sort((x, y) => y.letters.length - x.letters.length);
    const byStart = new Map<string, SecretForm[]>(ENCODING_MARKS.map((mark) => [mark, [...forms]]));
    for (const form of forms) {
      for (const start of startsOf(form)) {
        const others = byStart.get(start);
        if (others === undefined) byStart.set(start, [form]);
        else if (!others.includes(form)) others.push(form);
      }
    }
    return byStart;
  };

  const mask = (text: string, isCut: boolean): string => {
    if (registered.size === 0) return text;
    formsByStart ??= collect();
    let masked = "";
    let copied = 0;
    for (let at = 0; at < text.length; at += 1) {
      const forms = formsByStart.get(text[at] ?? "");
      if (forms === undefined) continue;
      const end = endOfSecret(text, at, forms, isCut);
      if (end < 0) continue;
      masked += text.slice(copied, at) + MASK;
      copied = end;
      at = end - 1;
    }
    return masked + text.slice(copied);
  };
  const redactText = (text: string): string => cleanText(mask(text, false));

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
      redacted[redactText(name)] =
        SECRET_NAME.test(name) && value != null && typeof value !== "boolean"
          ? MASK
          : redactValue(value, depth);
    }
    return redacted;
  };

  return {
    addSecret(value) {
      if (value.trim().length < MIN_SECRET_LENGTH) return () => {};
      const secret = registered.get(value) ?? { count: 0, forms: formsOf(value) };
      secret.count += 1;
      registered.set(value, secret);
      formsByStart = undefined;
      let isKept = true;
      return () => {
        if (!isKept) return;
        isKept = false;
        secret.count -= 1;
        if (secret.count > 0) return;
        registered.delete(value);
        formsByStart = undefined;
      };
    },
    redactText,
    redactFields: (fields) => redactObject(fields, MAX_FIELD_DEPTH),
    quote: (text, isCut = false) => shorten(cleanText(oneLine(mask(text, isCut))), LIMITS.quotedCharacters),
  };
}

/** The end of the longest secret that begins here: two encodings of one secret can begin alike. -1 when none does. */
function endOfSecret(text: string, at: number, forms: readonly SecretForm[], isCut: boolean): number {
  return forms.reduce((end, form) => Math.max(end, matchSecret(text, at, form, isCut)), -1);
}
