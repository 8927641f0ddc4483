// What Terraform starts, on Node. It does so three to five times per command and waits each time, so starting comes in phases:
//
//   1. this file, src/program.ts and src/plugin/startup: check who called, listen, make a certificate, print the handshake
//      line; a few kilobytes, done before Node would have loaded anything larger
//   2. src/serve.ts, which is a gRPC server that knows the schemas: loaded while Terraform reads the line and connects.
//      A connection that comes early waits in the kernel.
//   3. src/handlers.ts, which is everything else: loaded with the first call that is about more than the schemas
//
// A command of a person's is no plugin: src/import.ts, which becomes dist/import.js, is loaded for it instead of 2 and 3.
//
// The build makes dist/main.js of the first, and dist/provider.js and dist/handlers.js, with caches of their compiled code, of the
// others. A release has all of it in one executable instead, which needs no Node: src/executable.ts.
import { join } from "node:path";
import type { LoadedProgram } from "./plugin/startup/load-program.ts";
import { runProgram } from "./program.ts";

async function load<Exports>(name: string): Promise<LoadedProgram<Exports>> {
  const { loadProgram } = await import("./plugin/startup/load-program.ts");
  return loadProgram<Exports>(join(__dirname, name), require);
}

runProgram({
  provider: async () => {
    const { exports, codeCache } = await load<typeof import("./serve.ts")>("provider.js");
    return { ...exports, codeCache };
  },
  importer: async () => (await load<typeof import("./import.ts")>("import.js")).exports,
});
