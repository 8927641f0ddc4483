import type { LogEntry, LogLevel, LogSink } from "../base/log.ts";
import { toLogValue } from "./log-value.ts";
import { writeFully } from "./write-fully.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];
const DEFAULT_MODULE = "provider";

/** Terraform reads stderr with a buffer of 64 KiB; what does not fit, newline included, is torn apart and loses its level. */
const MAX_LINE_BYTES = 64 * 1024;
/** First a limit that no sane text reaches, then one that many texts fit under. */
const TEXT_LENGTHS = [16_384, 512];

/** The variables that may set a level, the most specific first. Terraform filters by the latter two itself. */
const LEVEL_VARIABLES = ["TF_LOG_PROVIDER_KAKAOCLOUD", "TF_LOG_PROVIDER", "TF_LOG"];

/**
 * The log of this process: hclog's JSON, a line per entry, on stderr, synchronously. Terraform decides what its user sees;
 * entries are left out when the variables say that nobody will. Where none is set, Terraform shows nothing, and what is below the
 * `usual` level is left out: at every call of thousands, lines cost more than the call. A closed stderr is survived in silence.
 */
export function createLog(
  env: NodeJS.ProcessEnv,
  usual: LogLevel,
  write: (line: string) => boolean = (line) => writeFully(2, line),
): LogSink {
  const lowest = lowestLevel(env, usual);
  let open = true;
  const isEnabled = (level: LogLevel): boolean => open && LEVELS.indexOf(level) >= lowest;
  const log = (entry: LogEntry): void => {
    if (isEnabled(entry.level)) open = write(`${formatLogLine(entry)}\n`);
  };
  return Object.assign(log, { isEnabled });
}

/** The index in LEVELS from which on entries are written; past its end when logging is off. */
function lowestLevel(env: NodeJS.ProcessEnv, usual: LogLevel): number {
  for (const name of LEVEL_VARIABLES) {
    const value = env[name]?.toLowerCase();
    if (value === "off") return LEVELS.length;
    const index = LEVELS.indexOf(value as LogLevel);
    if (index >= 0) return index;
    // Terraform takes any other value, and JSON, as the lowest level.
    if (value) return 0;
  }
  return LEVELS.indexOf(usual);
}

/**
 * One entry as a JSON object without a newline, at most 64 KiB with one. The keys that hclog reserves are strings whatever
 * the entry says, as Terraform crashes on anything else.
 */
export function formatLogLine(entry: LogEntry, now = performance.timeOrigin + performance.now()): string {
  for (const maxTextLength of TEXT_LENGTHS) {
    const line = stringify(entry, now, maxTextLength);
    if (Buffer.byteLength(line) < MAX_LINE_BYTES) return line;
  }
  const { fields: _, ...rest } = entry;
  return stringify({ ...rest, fields: { truncated: true } }, now, TEXT_LENGTHS.at(-1) ?? 0);
}

function stringify({ level, message, module, fields }: LogEntry, now: number, maxTextLength: number): string {
  const limits = { maxTextLength };
  const line: Record<string, unknown> = {
    "@level": LEVELS.includes(level) ? level : "info",
    "@message": toText(message, limits),
    "@module": toText(module ?? DEFAULT_MODULE, limits),
    "@timestamp": timestamp(now),
  };
  for (const [key, value] of Object.entries(fields ?? {})) {
    line[key.startsWith("@") ? `field_${key.slice(1)}` : key] = toLogValue(value, limits);
  }
  return JSON.stringify(line);
}

/** Types say that it is text; Terraform would crash otherwise. */
function toText(value: unknown, limits: { readonly maxTextLength: number }): string {
  const text = toLogValue(value, limits);
  return typeof text === "string" ? text : (JSON.stringify(text) ?? "undefined");
}

/** Six digits after the second, no more and no less, or Terraform does not recognise the line. */
function timestamp(milliseconds: number): string {
  const microseconds = Math.floor((milliseconds % 1) * 1000);
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${String(microseconds).padStart(3, "0")}Z`;
}
