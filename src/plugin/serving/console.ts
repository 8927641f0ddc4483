import { format } from "node:util";
import type { LogLevel, LogSink } from "../../base/log.ts";

const LEVELS: Readonly<Record<"log" | "info" | "debug" | "trace" | "warn" | "error", LogLevel>> = {
  log: "info",
  info: "info",
  debug: "debug",
  trace: "trace",
  warn: "warn",
  error: "error",
};

/**
 * Sends what a library prints, and Node's own warnings, to the log. On stdout it would be out of place, and on stderr Terraform
 * would take every line of it for a message of its own.
 */
export function redirectConsole(log: LogSink): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method as keyof typeof LEVELS] = (...args: unknown[]) =>
      log({ level, message: format(...args), module: "console" });
  }
  process.removeAllListeners("warning");
  process.on("warning", (warning) =>
    log({ level: "warn", message: warning.message, module: "node", fields: { warning: warning.name } }),
  );
}
