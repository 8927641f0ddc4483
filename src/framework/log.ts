import type { LogFields, Logger, LogLevel, LogSink } from "../base/log.ts";
import { createRedactedSink, type Redactor } from "../base/redaction.ts";

/** A logger that masks secrets in everything it writes. `module` names the part of the provider that writes. */
export function createLogger(
  sink: LogSink,
  redactor: Redactor,
  module: string,
  fields: LogFields = {},
): Logger {
  const redacted = createRedactedSink(sink, redactor);
  const log = (level: LogLevel, message: string, more?: LogFields): void =>
    redacted({ level, message, module, fields: more ? { ...fields, ...more } : fields });
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
