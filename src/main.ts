// What Terraform starts. It does so three to five times per command and waits each time, so starting comes in phases:
//
//   1. this file and src/plugin/startup: check who called, listen, make a certificate, print the handshake line;
//      a few kilobytes, done before Node would have loaded anything larger
//   2. src/serve.ts, which is a gRPC server that knows the schemas: loaded while Terraform reads the line and connects.
//      A connection that comes early waits in the kernel.
//   3. src/handlers.ts, which is everything else: loaded with the first call that is about more than the schemas
//
// A command of a person's is no plugin: src/import.ts, which becomes dist/import.js, is loaded for it instead of 2 and 3.
//
// The build makes dist/main.js of the first, and dist/provider.js and dist/handlers.js, with caches of their compiled code, of the
// others.
import { join } from "node:path";
import { version } from "../package.json";
import type { importImages } from "./import.ts";
import { reportCrashes } from "./plugin/startup/crash.ts";
import { startPlugin } from "./plugin/startup/start-plugin.ts";
import { StartupError } from "./plugin/startup/startup-error.ts";
import { IMPORT_COMMAND, NAME } from "./plugin/startup/usage.ts";
import { writeFully } from "./plugin/write-fully.ts";
import type { serve } from "./serve.ts";

async function main(): Promise<void> {
  if (process.argv[2] === IMPORT_COMMAND) return runImportCommand();
  const parentPid = process.ppid;
  reportCrashes();
  const plugin = await startPlugin({ args: process.argv.slice(2), env: process.env, version });
  if (plugin === undefined) return;
  // Imported late, as it is only now needed; within the same turn of the event loop, as connections are accepted in the next.
  const { loadProgram } = await import("./plugin/startup/load-program.ts");
  const program = loadProgram(join(__dirname, "provider.js"), require);
  const { mode, listener, identity } = plugin;
  (program.exports as { readonly serve: typeof serve }).serve({
    version,
    mode,
    identity,
    parentPid,
    server: listener.server,
    codeCache: program.codeCache,
  });
}

/** The program that adopts images, under the name by which it was called here. */
async function runImportCommand(): Promise<void> {
  const { loadProgram } = await import("./plugin/startup/load-program.ts");
  const program = loadProgram(join(__dirname, "import.js"), require);
  const { importImages: run } = program.exports as { readonly importImages: typeof importImages };
  await run(`${NAME} ${IMPORT_COMMAND}`, process.argv.slice(3));
}

main().catch((error: unknown) => {
  if (!(error instanceof StartupError)) throw error;
  writeFully(2, `terraform-provider-kakaocloud: ${error.message}\n`);
  process.exit(1);
});
