import { version } from "../package.json";
import type { importImages } from "./import.ts";
import type { CodeCacheUse } from "./plugin/started-plugin.ts";
import { reportCrashes } from "./plugin/startup/crash.ts";
import { startPlugin } from "./plugin/startup/start-plugin.ts";
import { StartupError } from "./plugin/startup/startup-error.ts";
import { IMPORT_COMMAND, NAME } from "./plugin/startup/usage.ts";
import { writeFully } from "./plugin/write-fully.ts";
import type { serve } from "./serve.ts";

/** How to get at what is not needed at once. Each is called once at most. */
export interface LaterPrograms {
  /** src/serve.ts. */
  provider(): Promise<{ readonly serve: typeof serve; readonly codeCache: CodeCacheUse }>;
  /** src/import.ts. */
  importer(): Promise<{ readonly importImages: typeof importImages }>;
}

/** What happens from the first moment on, in whichever way the program is packed: see main.ts and executable.ts. */
export function runProgram(later: LaterPrograms): void {
  run(later).catch((error: unknown) => {
    if (!(error instanceof StartupError)) throw error;
    writeFully(2, `${NAME}: ${error.message}\n`);
    process.exit(1);
  });
}

async function run(later: LaterPrograms): Promise<void> {
  const args = process.argv.slice(2);
  if (args[0] === IMPORT_COMMAND) {
    const { importImages } = await later.importer();
    return importImages(`${NAME} ${IMPORT_COMMAND}`, args.slice(1));
  }
  const parentPid = process.ppid;
  reportCrashes();
  const plugin = await startPlugin({ args, env: process.env, version });
  if (plugin === undefined) return;
  // Only now; and within the same turn of the event loop, as connections are accepted in the next.
  const { serve, codeCache } = await later.provider();
  const { mode, listener, identity } = plugin;
  serve({ version, mode, identity, parentPid, server: listener.server, codeCache });
}
