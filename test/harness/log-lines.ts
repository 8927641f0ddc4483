/** A line of a plugin's stderr, as Terraform understands it. */
export interface LogLine {
  readonly level: "trace" | "debug" | "info" | "warn" | "error";
  readonly message: string;
  /** `@timestamp`, re-emitted by Terraform; undefined when the line has none. */
  readonly timestamp?: string;
  /** Everything beside level, message and timestamp, `@module` and `@caller` included. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** False for a line that Terraform passes on as plain text. */
  readonly structured: boolean;
  readonly raw: string;
  /** Set when this line makes Terraform itself panic. */
  readonly crashesTerraform?: string;
}

/** Terraform's read buffer: longer lines are cut and passed on as plain text. */
export const MAX_LOG_LINE_BYTES = 64 * 1024;

const LEVELS = ["trace", "debug", "info", "warn", "error"] as const;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What Terraform makes of one line of stderr, given without its newline. Never throws. */
export function parseLogLine(raw: string): LogLine {
  const plain = (level: LogLine["level"] = "debug"): LogLine => ({
    level,
    message: raw,
    fields: {},
    structured: false,
    raw,
  });
  if (Buffer.byteLength(raw) >= MAX_LOG_LINE_BYTES) return plain();
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    const prefix = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]/.exec(raw)?.[1]?.toLowerCase();
    return plain(LEVELS.find((level) => level === prefix));
  }
  if (!isObject(parsed)) return plain();
  const { "@level": level, "@message": message, "@timestamp": timestamp, ...fields } = parsed;
  for (const [key, value] of Object.entries({
    "@level": level,
    "@message": message,
    "@timestamp": timestamp,
  })) {
    if (key in parsed && typeof value !== "string") {
      return { ...plain(), crashesTerraform: `${key} is ${JSON.stringify(value)}, not a string` };
    }
  }
  const known = typeof level === "string" ? LEVELS.find((name) => name === level.toLowerCase()) : undefined;
  if (known === undefined) return plain();
  if (typeof timestamp === "string" && !TIMESTAMP.test(timestamp)) return plain();
  return {
    level: known,
    message: typeof message === "string" ? message : "",
    ...(typeof timestamp === "string" ? { timestamp } : {}),
    fields,
    structured: true,
    raw,
  };
}
