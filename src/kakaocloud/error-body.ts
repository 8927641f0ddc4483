import { LIMITS } from "../base/limits.ts";
import type { Redactor } from "../base/redaction.ts";
import { isHtml, textOfHtml } from "./html-text.ts";
import { parseJson } from "./json.ts";

/** What the body of an error response says, as it may be shown. */
export interface ErrorBody {
  /**
   * `service`: the shape of the KakaoCloud services, `{"error":{"code":"…","message":"…"}}`. Only this one speaks for an API.
   * `identity`: IAM's shape, with a number as code. `other`: anything else, also JSON of another shape.
   */
  readonly shape: "service" | "identity" | "other";
  readonly code?: string;
  /** The message, the validation details in words, or the beginning of the text; absent for an empty body. */
  readonly message?: string;
}

/**
 * Reads an error body of any kind. Total: every text, of any length and depth, leads to a short result at once. The body is
 * parsed before anything is masked, so that no secret, whatever it is, can change what it means.
 */
export function readErrorBody(body: string, { quote }: Redactor): ErrorBody {
  const fields = fieldsOf(parseOrNothing(body));
  const error = fieldsOf(fields?.error);
  if (error !== undefined) {
    const { code, message } = error;
    const said = typeof message === "string" ? { message: quote(beginning(message), isLong(message)) } : {};
    if (typeof code === "string" && code !== "" && typeof message === "string") {
      return { shape: "service", code: quote(beginning(code), isLong(code)), ...said };
    }
    if (typeof code === "number") return { shape: "identity", code: String(code), ...said };
    if (said.message !== undefined) return { shape: "other", ...said };
  }
  const said = detailText(fields?.detail) ?? textField(fields?.message) ?? plainText(body);
  const message = quote(beginning(said), isLong(said) || isLong(body));
  return message === "" ? { shape: "other" } : { shape: "other", message };
}

/** As much of a text as is read. */
function beginning(text: string): string {
  return text.slice(0, LIMITS.errorTextCharacters);
}

function isLong(text: string): boolean {
  return text.length > LIMITS.errorTextCharacters;
}

function plainText(body: string): string {
  const start = beginning(body);
  return isHtml(start) ? textOfHtml(start) : start;
}

/** The validation errors of a 422: `{"detail":[{"loc":["body","image","name"],"msg":"…"}]}`, or a plain text. */
function detailText(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return textField(detail);
  const lines = detail.slice(0, LIMITS.errorDetails).map((entry: unknown) => {
    const fields = fieldsOf(entry);
    const place = Array.isArray(fields?.loc) ? placeOf(fields.loc) : "";
    const message = textField(fields?.msg) ?? briefly(entry);
    return place === "" ? message : `${place}: ${message}`;
  });
  return lines.length === 0 ? undefined : lines.join("; ");
}

/** The path to a wrong field. Steps that are no names or numbers are left out. */
function placeOf(steps: readonly unknown[]): string {
  return steps
    .slice(0, LIMITS.errorPathSteps)
    .filter((step) => typeof step === "string" || typeof step === "number")
    .map((step) => beginning(String(step)))
    .join(".");
}

/** A value in a few words: what is nested in it is left out. */
function briefly(value: unknown): string {
  const fields = fieldsOf(value);
  if (fields === undefined) return Array.isArray(value) ? "a list" : beginning(String(value));
  const entries = Object.entries(fields).slice(0, LIMITS.errorDetails);
  return entries
    .filter(([, entry]) => typeof entry !== "object" || entry === null)
    .map(([name, entry]) => beginning(`${name}: ${String(entry)}`))
    .join(", ");
}

function parseOrNothing(body: string): unknown {
  if (body.length > LIMITS.errorJsonCharacters) return undefined;
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

function textField(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
