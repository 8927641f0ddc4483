import type { Redactor } from "./redaction.ts";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, unknown>>;

/** Where finished log lines go. */
export interface LogSink {
  (entry: {
    readonly level: LogLevel;
    readonly message: string;
    readonly module?: string;
    readonly fields?: LogFields;
  }): void;
  /** Whether lines of the level are kept at all; without it all are. */
  readonly wants?: (level: LogLevel) => boolean;
}

/** Writes log lines that all carry the same fields. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines carry these fields too, or that speaks for another module. */
  with(fields: LogFields, module?: string): Logger;
}

/** A logger that masks secrets in everything it writes. `module` tells which part of the provider speaks. */
export function createLogger(
  sink: LogSink,
  redactor: Redactor,
  module: string,
  fields: LogFields = {},
): Logger {
  const log = (level: LogLevel, message: string, more?: LogFields): void => {
    if (sink.wants?.(level) === false) return;
    sink({
      level,
      message: redactor.redactText(message),
      module,
      fields: redactor.redactFields(more ? { ...fields, ...more } : fields),
    });
  };
  return {
    log,
    trace: (message, more) => log("trace", message, more),
    debug: (message, more) => log("debug", message, more),
    info: (message, more) => log("info", message, more),
    warn: (message, more) => log("warn", message, more),
    error: (message, more) => log("error", message, more),
    with: (more, otherModule) => createLogger(sink, redactor, otherModule ?? module, { ...fields, ...more }),
  };
}
