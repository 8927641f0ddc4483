// Lets a script use a module of the provider itself.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rawText } from "./raw-text.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The exports of a TypeScript module, given by its path from the repository's root. */
export async function importSource(path) {
  const { outputFiles } = await build({
    entryPoints: [`${root}${path}`],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    plugins: [rawText],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
