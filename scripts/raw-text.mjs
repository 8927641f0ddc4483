// An esbuild plugin for `import text from "./file.html?raw"`, as Vite and thus Vitest read it: the file's content as a string.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/** @type {import("esbuild").Plugin} */
export const rawText = {
  name: "raw-text",
  setup(build) {
    build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(/\?raw$/, "")),
      namespace: "raw-text",
    }));
    build.onLoad({ filter: /.*/, namespace: "raw-text" }, async ({ path }) => ({
      contents: await readFile(path, "utf8"),
      loader: "text",
    }));
  },
};
