import { object, UnexpectedJson } from "./json.ts";

const MAX_EXCERPT_LENGTH = 300;

/** What the body of an error answer says. */
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

/** Reads an error body of any kind; never throws. */
export function readErrorBody(body: string): ErrorBody {
  const json = parse(body);
  const fields = fieldsOf(json);
  const error = fieldsOf(fields?.error);
  if (error !== undefined) {
    const { code, message } = error;
    const said = typeof message === "string" ? { message: excerpt(message) } : {};
    if (typeof code === "string" && code !== "" && typeof message === "string") {
      return { shape: "service", code: excerpt(code), ...said };
    }
    if (typeof code === "number") return { shape: "identity", code: String(code), ...said };
    if (said.message !== undefined) return { shape: "other", ...said };
  }
  const detail = detailText(fields?.detail) ?? textField(fields?.message);
  return withMessage(detail ?? (looksLikeHtml(body) ? htmlText(body) : body));
}

function withMessage(text: string): ErrorBody {
  const message = excerpt(text);
  return message === "" ? { shape: "other" } : { shape: "other", message };
}

/** The validation errors of a 422: `{"detail":[{"loc":["body","image","name"],"msg":"…"}]}`, or a plain text. */
function detailText(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return textField(detail);
  const lines = detail.map((entry) => {
    const fields = fieldsOf(entry);
    const place = Array.isArray(fields?.loc) ? fields.loc.join(".") : "";
    const message = textField(fields?.msg) ?? JSON.stringify(entry);
    return place === "" ? message : `${place}: ${message}`;
  });
  return lines.length === 0 ? undefined : lines.join("; ");
}

function textField(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    return object(value);
  } catch (error) {
    if (error instanceof UnexpectedJson) return undefined;
    throw error;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function looksLikeHtml(body: string): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(body);
}

function htmlText(body: string): string {
  return body.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
}

/** One short line. It is shown on terminals, to which nothing in it may be a command. */
function excerpt(text: string): string {
  const line = text
    .slice(0, 10 * MAX_EXCERPT_LENGTH)
    .replace(/\s+/g, " ")
    .replace(/\p{Cc}/gu, "\ufffd")
    .trim();
  return line.length <= MAX_EXCERPT_LENGTH ? line : `${line.slice(0, MAX_EXCERPT_LENGTH)}…`;
}
