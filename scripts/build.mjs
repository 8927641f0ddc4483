// Builds dist/: main.js and provider.js (see src/main.ts for why there are two), and emulator.js.
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { grpcServerOnly } from "./grpc-server-only.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const bundles = [
  { entry: "src/main.ts", output: "dist/main.js" },
  { entry: "src/serve.ts", output: "dist/provider.js", plugins: [grpcServerOnly] },
  { entry: "src/emulator/main.ts", output: "dist/emulator.js" },
].filter(({ entry }) => existsSync(`${root}${entry}`));

rmSync(`${root}dist`, { recursive: true, force: true });
for (const { entry, output, plugins } of bundles) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // A script run from a code cache cannot import(); what is loaded late is required instead.
    supported: { "dynamic-import": false },
    // Pure ASCII can be read without decoding.
    charset: "ascii",
    legalComments: "linked",
    logLevel: "warning",
    metafile: true,
    plugins: plugins ?? [],
  });
}
