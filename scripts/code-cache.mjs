// Makes a program's code cache: runs the built provider once as Terraform would, and keeps what V8 compiled on the way.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { importSource } from "./import-source.mjs";
import {
  call,
  connectPlugin,
  createClientCertificate,
  pluginEnvironment,
  startPlugin,
} from "./plugin-client.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A request with one DynamicValue that holds null, in the given field: enough for a handler to run, and to answer. */
const withNullValue = (field) => Buffer.from([field * 8 + 2, 3, 0x0a, 1, 0xc0]);

/** What every command calls, as far as it needs no cloud. A call that fails has compiled its handler nevertheless. */
const CALLS = [
  ["/tfplugin6.Provider/GetProviderSchema"],
  ["/tfplugin6.Provider/ValidateProviderConfig", withNullValue(1)],
  ["/plugin.GRPCController/Shutdown"],
];

/**
 * Writes the cache of a program, beside it. `name` is what stack traces call the program; the same program and name give the same
 * cache, byte for byte. Throws when the program does not get through its calls.
 */
export async function writeCodeCache(dist, program, name) {
  const folder = mkdtempSync(join(tmpdir(), "code-cache-"));
  try {
    const data = join(folder, "data");
    const certificate = await createClientCertificate();
    const { line, exited } = await startPlugin(
      process.execPath,
      ["--random-seed=1", "--require", `${root}scripts/keep-code-cache.cjs`, join(dist, "main.js")],
      {
        ...pluginEnvironment(certificate),
        NODE_OPTIONS: "",
        CODE_CACHE_OUTPUT: data,
        CODE_CACHE_NAME: name,
      },
    );
    const session = connectPlugin(line, certificate);
    for (const [path, message] of CALLS) await call(session, path, message);
    const { code, stderr } = await exited;
    session.destroy();
    if (code !== 0) throw new Error(`the provider ended with exit code ${code}:\n${stderr}`);

    // The envelope is the provider's own, as it is the provider that opens it.
    const { sealCodeCache } = await importSource("src/plugin/startup/code-cache.ts");
    const file = join(dist, program);
    writeFileSync(`${file}.cache`, sealCodeCache(readFileSync(`${file}.js`), readFileSync(data)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
