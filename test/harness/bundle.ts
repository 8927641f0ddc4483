import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { releaseLater } from "./cleanup.ts";
import { PROTO_DIR } from "./proto.ts";

/**
 * Bundles a TypeScript program into one executable file in a temporary folder and resolves to its path. `name` is the file's name,
 * `terraform-provider-x` for one that Terraform is to find. It is removed at the end of the test or file that started it.
 */
export async function bundleProgram(entry: string, name = basename(entry, ".ts")): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, name);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "error",
    // Bundled, a module no longer lies where the .proto files can be found from.
    define: {
      "process.env.HARNESS_PROTO_DIR": JSON.stringify(PROTO_DIR),
      "import.meta.url": '"file:///bundle"',
    },
    banner: { js: "#!/usr/bin/env node" },
  });
  chmodSync(outfile, 0o755);
  return outfile;
}
