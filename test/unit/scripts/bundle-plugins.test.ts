import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { dependencies } from "../../../package.json" with { type: "json" };
import { REPLACED_IMPORTS } from "../../../scripts/bundle-plugins.mjs";
import { ROOT } from "../../../scripts/cli-config.mjs";

interface Replacement {
  readonly from: string;
  readonly path: string;
  readonly contents: string;
  readonly omitted: readonly string[];
}

/** The names that the real module exports to a file of another package. */
async function realNames({ from, path }: Replacement): Promise<readonly string[]> {
  const require = createRequire(join(ROOT, "node_modules", from));
  const file = require.resolve(path);
  try {
    return Object.keys(require(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ESM") throw error;
    return Object.keys(await import(pathToFileURL(file).href));
  }
}

function stubNames({ contents }: Replacement): readonly string[] {
  const module = { exports: {} };
  new Function("module", "exports", transformSync(contents, { format: "cjs" }).code)(module, module.exports);
  return Object.getOwnPropertyNames(module.exports);
}

describe("what replaces a module of another package", () => {
  it.each(REPLACED_IMPORTS as readonly Replacement[])(
    "has or leaves out by name all that $path exports to $from",
    async (replacement) => {
      const known = new Set([...stubNames(replacement), ...replacement.omitted]);
      const real = await realNames(replacement);
      expect(real.filter((name) => !known.has(name))).toEqual([]);
      expect(replacement.omitted.filter((name) => !real.includes(name))).toEqual([]);
    },
  );

  it("is for packages of one version", () => {
    for (const name of ["@grpc/grpc-js", "axios"] as const)
      expect(dependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
