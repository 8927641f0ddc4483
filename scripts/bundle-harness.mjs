// Programs that use the test harness outside vitest: the story over the protocol, and the benchmark's driver.
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./cli-config.mjs";
import { rawText } from "./raw-text.mjs";

/**
 * Bundles a program of test/ into one file.
 *
 * @param {string} entry relative to the project's root
 * @param {string} outfile absolute path, ending in .mjs
 */
export async function bundleHarness(entry, outfile) {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { vitest: "./test/harness/story/outside-vitest.ts" },
    define: { "process.env.HARNESS_PROTO_DIR": JSON.stringify(join(ROOT, "proto")) },
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    plugins: [rawText],
    logLevel: "warning",
  });
}
