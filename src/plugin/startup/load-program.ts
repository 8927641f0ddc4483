import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import vm from "node:vm";
import type { CodeCacheUse } from "../started-plugin.ts";
import { openCodeCache } from "./code-cache.ts";

/** A CommonJS file's exports, and whether its code cache helped. */
export interface LoadedProgram {
  readonly exports: unknown;
  readonly codeCache: CodeCacheUse;
}

/**
 * Runs a CommonJS file as `require` would, but from V8's code cache, which the build lays beside it: `x.js` and `x.cache`.
 * Compiling is most of what a large program's start costs. A cache that is missing, damaged, or another's is passed over.
 * The file must be pure ASCII.
 */
export function loadProgram(file: string, require: NodeJS.Require): LoadedProgram {
  const source = readFileSync(file);
  const cachedData = readCodeCache(file.replace(/\.js$/, ".cache"), source);
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${source.toString("latin1")}\n})`;
  const script = new vm.Script(wrapped, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
  return {
    exports: module.exports,
    codeCache: cachedData === undefined ? "absent" : script.cachedDataRejected ? "rejected" : "accepted",
  };
}

function readCodeCache(file: string, source: Buffer): Buffer | undefined {
  try {
    return openCodeCache(source, readFileSync(file));
  } catch {
    return undefined;
  }
}
