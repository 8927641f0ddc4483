import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import vm from "node:vm";
import type { CodeCacheUse } from "../started-plugin.ts";
import { openCodeCache } from "./code-cache.ts";

/** A CommonJS file's exports, and whether its code cache helped. */
export interface LoadedProgram<Exports> {
  readonly exports: Exports;
  readonly codeCache: CodeCacheUse;
}

/**
 * Runs a CommonJS file as `require` would, but from V8's code cache, which the build lays beside it: `x.js` and `x.cache`.
 * Compiling is most of what a large program's start costs. A cache that is missing, damaged, or another's is passed over.
 * The file must be pure ASCII.
 */
export function loadProgram<Exports>(file: string, require: NodeJS.Require): LoadedProgram<Exports> {
  const source = readFileSync(file);
  const cachedData = readCodeCache(file.replace(/\.js$/, ".cache"), source);
  const script = new vm.Script(wrapProgram(source), { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} as Exports };
  script.runInThisContext()(
    module.exports,
    createProgramRequire(dirname(file), require),
    module,
    file,
    dirname(file),
  );
  return {
    exports: module.exports,
    codeCache: cachedData === undefined ? "absent" : script.cachedDataRejected ? "rejected" : "accepted",
  };
}

const HEAD = Buffer.from("(function (exports, require, module, __filename, __dirname) { ");
const TAIL = Buffer.from("\n})");

/** The source as the function that Node makes of each CommonJS file. Joined as bytes: as strings, it would be on V8's heap twice. */
export function wrapProgram(source: Buffer): string {
  return Buffer.concat([HEAD, source, TAIL]).toString("latin1");
}

function readCodeCache(file: string, source: Buffer): Buffer | undefined {
  try {
    return openCodeCache(source, readFileSync(file));
  } catch {
    return undefined;
  }
}

/** Loads the program's other files as programs, too, and leaves Node's modules to `require`. */
function createProgramRequire(folder: string, builtins: NodeJS.Require): NodeJS.Require {
  const loaded = new Map<string, unknown>();
  const requireProgram = (id: string): unknown => {
    if (!id.startsWith("./")) return builtins(id);
    if (!loaded.has(id)) loaded.set(id, loadProgram(join(folder, id), builtins).exports);
    return loaded.get(id);
  };
  return Object.assign(requireProgram, builtins);
}
