import type { LogSink } from "../../base/log.ts";

/** What a signal may need to know and to do. */
export interface SignalContext {
  readonly mode: "plugin" | "debug";
  readonly busy: () => boolean;
  readonly log: LogSink;
  readonly exit: () => void;
}

/**
 * Ctrl-C reaches the whole process group, us included, but is meant for Terraform: it then calls StopProvider and waits for
 * our responses, without which what was just created would be lost. So the process outlives SIGINT and SIGHUP, and the first
 * SIGTERM in the middle of a call. In debug mode Ctrl-C is meant for us.
 */
export function handleSignals({ mode, busy, log, exit }: SignalContext): void {
  let warned = false;
  const ignore = (signal: NodeJS.Signals): void => {
    log({ level: "debug", message: `Ignoring ${signal}: Terraform decides when to stop`, module: "plugin" });
  };
  const terminate = (): void => {
    if (warned || !busy()) exit();
    warned = true;
    log({ level: "warn", message: "Ignoring one SIGTERM: a call is in progress", module: "plugin" });
  };
  process.on("SIGINT", mode === "debug" ? exit : ignore);
  process.on("SIGHUP", mode === "debug" ? exit : ignore);
  process.on("SIGTERM", terminate);
}
