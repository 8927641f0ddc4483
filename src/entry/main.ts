// What Terraform starts. It does so three to five times per command and waits each time, so starting comes in phases:
//
//   1. this file and src/plugin/startup: check who called, listen, create a certificate, print the handshake line; a few kilobytes,
//      done before anything larger is loaded
//   2. src/entry/serve.ts, which is a gRPC server that knows the schemas: loaded while Terraform reads the line and connects.
//      A connection that comes early waits in the kernel.
//   3. src/entry/handlers.ts, which is everything else: loaded with the first call that is about more than the schemas
//
// A command of a person is not a plugin: for it, src/entry/import-images.ts is loaded instead of 2 and 3.
//
// The build bundles each phase into a file of its own. bin/ runs them on Node; a release has them in one executable, compiled.
import { version } from "../../package.json";
import { reportCrashes } from "../plugin/startup/crash.ts";
import { startPlugin } from "../plugin/startup/start-plugin.ts";
import { StartupError } from "../plugin/startup/startup-error.ts";
import { IMPORT_COMMAND, NAME } from "../plugin/startup/usage.ts";
import { writeFully } from "../plugin/write-fully.ts";

run().catch((error: unknown) => {
  if (!(error instanceof StartupError)) throw error;
  writeFully(2, `${NAME}: ${error.message}\n`);
  process.exit(1);
});

async function run(): Promise<void> {
  const args = process.argv.slice(2);
  if (args[0] === IMPORT_COMMAND) {
    const { importImages } = await import("./import-images.ts");
    return importImages(`${NAME} ${IMPORT_COMMAND}`, args.slice(1));
  }
  const parentPid = process.ppid;
  reportCrashes();
  const plugin = await startPlugin({ args, env: process.env, version });
  if (plugin === undefined) return;
  // Only now; and within the same turn of the event loop, as connections are accepted in the next.
  const { serve } = await import("./serve.ts");
  const { mode, listener, identity } = plugin;
  serve({ version, mode, identity, parentPid, server: listener.server });
}
