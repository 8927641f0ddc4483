import type { LogSink } from "../../base/log.ts";

/**
 * Variables by which Bun changes what an executable with it does: it loads further code, opens a debugger, or sends reports of its
 * crashes. Bun acts on them before the program runs, and has no build flag against them. With BUN_BE_BUN, no program runs at all.
 */
const VARIABLES = [
  "BUN_OPTIONS",
  "BUN_INSPECT",
  "BUN_INSPECT_CONNECT_TO",
  "BUN_ENABLE_CRASH_REPORTING",
  "BUN_CRASH_REPORT_URL",
];

/** Logs a warning when the environment changes how this executable runs. Names only: a value may be a secret. */
export function warnOfRuntimeVariables(env: NodeJS.ProcessEnv, log: LogSink): void {
  if (process.versions.bun === undefined) return;
  const variables = VARIABLES.filter((name) => env[name]);
  if (variables.length === 0) return;
  log({
    level: "warn",
    message: "The environment changes how the provider's runtime works: unset these variables",
    module: "plugin",
    fields: { variables },
  });
}
