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
import { rehearse } from "./rehearsal.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

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
    await rehearse(session);
    await call(session, "/plugin.GRPCController/Shutdown");
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
