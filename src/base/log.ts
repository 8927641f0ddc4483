/** From the most verbose to the most severe. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** What a log entry is about. Values may be anything; the sink writes them as JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One log entry. `module` names the part of the program that writes it. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly module?: string;
  readonly fields?: LogFields;
}

/** Takes log entries; never throws. */
export interface LogSink {
  (entry: LogEntry): void;
  /** Whether entries of the level are written; without it, all are. What is not written need not be put together. */
  readonly isEnabled?: (level: LogLevel) => boolean;
}

/** Writes log entries that all carry the same fields. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose entries carry these fields too, or name another module. */
  with(fields: LogFields, module?: string): Logger;
}
