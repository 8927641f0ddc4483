// Builds dist/: a file per phase of a start (see src/entry/main.ts), axios.js, import.js (the importer) and emulator.js.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { axiosHttpOnly, forbid, grpcServerOnly, prebuiltResponses, separate } from "./bundle-plugins.mjs";
import { importSource } from "./import-source.mjs";
import { rawText } from "./raw-text.mjs";
import { PACKAGES_FILE, packagesOf } from "./release/bundled.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const { encodeResponses } = await importSource("src/entry/encode-responses.ts");
const providerPlugins = [
  prebuiltResponses(encodeResponses()),
  grpcServerOnly,
  separate("./handlers.ts", "handlers.js"),
  forbid(/grpc-js\/build\/src\/(client|channel|index)\.js$/, "gRPC's server does without"),
];

const bundles = [
  {
    entry: "src/entry/main.ts",
    output: "main.js",
    plugins: [separate("./serve.ts", "provider.js"), separate("./import-images.ts", "import.js")],
  },
  { entry: "src/entry/serve.ts", output: "provider.js", plugins: providerPlugins },
  { entry: "src/entry/handlers.ts", output: "handlers.js", plugins: [separate("axios", "axios.js")] },
  { entry: "src/entry/import-images.ts", output: "import.js", plugins: [separate("axios", "axios.js")] },
  { entry: "axios", output: "axios.js", plugins: axiosHttpOnly },
  { entry: "src/emulator/cli/main.ts", output: "emulator.js", plugins: [rawText] },
].filter(({ entry }) => entry === "axios" || existsSync(`${root}${entry}`));

// Built aside and then put in place, so that whoever starts the program meanwhile finds whole files.
const fresh = join(root, `.dev/build-${process.pid}`);
mkdirSync(fresh, { recursive: true });
const packages = {};
for (const { entry, output, plugins } of bundles) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(fresh, output),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // What is loaded late is required, which is done within the same turn of the event loop; import() takes more of them.
    supported: { "dynamic-import": false },
    // V8 keeps pure ASCII with one byte per character.
    charset: "ascii",
    legalComments: "linked",
    logLevel: "warning",
    metafile: true,
    // For debuggers: SOURCE_MAPS=1 node scripts/build.mjs.
    sourcemap: process.env.SOURCE_MAPS === "1",
    plugins: plugins ?? [],
  });
  packages[output] = packagesOf(metafile);
}
writeFileSync(join(fresh, PACKAGES_FILE), JSON.stringify(packages));

const dist = join(root, "dist");
if (existsSync(dist)) renameSync(dist, `${fresh}-old`);
renameSync(fresh, dist);
rmSync(`${fresh}-old`, { recursive: true, force: true });
