// Makes the code caches of the programs in dist/: runs the built provider once as Terraform would, and keeps what V8 compiled on the way.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
 * Writes the caches of the programs that are used, beside them. `home` is the folder that stack traces will name; the same programs
 * and folder give the same caches, byte for byte. Throws when the provider does not get through its calls.
 */
export async function writeCodeCaches(dist, home) {
  const folder = mkdtempSync(join(tmpdir(), "code-cache-"));
  try {
    const certificate = await createClientCertificate();
    const { line, exited } = await startPlugin(
      process.execPath,
      ["--random-seed=1", "--require", `${root}scripts/keep-code-cache.cjs`, join(dist, "main.js")],
      {
        ...pluginEnvironment(certificate),
        NODE_OPTIONS: "",
        CODE_CACHE_OUTPUT: folder,
        CODE_CACHE_FOLDER: home,
      },
    );
    const session = connectPlugin(line, certificate);
    for (const [path, message] of CALLS) await call(session, path, message);
    const { code, stderr } = await exited;
    session.destroy();
    if (code !== 0) throw new Error(`the provider ended with exit code ${code}:\n${stderr}`);

    // The envelope is the provider's own, as it is the provider that opens it.
    const { sealCodeCache } = await importSource("src/plugin/startup/code-cache.ts");
    for (const name of readdirSync(folder)) {
      const sealed = sealCodeCache(readFileSync(join(dist, name)), readFileSync(join(folder, name)));
      writeFileSync(join(dist, name.replace(/\.js$/, ".cache")), sealed);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
