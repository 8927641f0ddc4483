// Makes the provider a single executable: a Node binary with the program inside it (Node's "single executable applications").
// Phase 1 is the executable's main script; the others and the HTTP library are assets, see src/plugin/startup/load-program.ts.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "postject";
import { stripElf } from "./elf.mjs";
import { removeMachOSignature, signMachO } from "./mach-o.mjs";
import { removePeSignature } from "./pe.mjs";

const run = promisify(execFile);
const CODE_CACHE_MODULE = new URL("../code-cache.mjs", import.meta.url).href;
/** What the first phase loads, and what they load. */
const PROGRAMS = ["provider.js", "handlers.js", "import.js", "axios.js"];
const IDENTIFIER = "terraform-provider-kakaocloud";

/**
 * The program's files as one blob for Node, made by the Node binary of the machine this runs on. With a code cache it is for that
 * very platform and version of Node; without, for any.
 */
export async function createBlob(dist, hostNode, { codeCache }) {
  const folder = mkdtempSync(join(tmpdir(), "blob-"));
  // What reaches every Node process of this machine has no place in what is shipped.
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env;
  try {
    for (const name of ["main.js", ...PROGRAMS]) cpSync(join(dist, name), join(folder, name));
    if (codeCache) {
      const script = `import(${JSON.stringify(CODE_CACHE_MODULE)}).then((m) => m.writeCodeCaches(".", ""))`;
      await run(hostNode, ["--eval", script], { cwd: folder, env });
    }
    const assets = PROGRAMS.flatMap((name) => [name, name.replace(/\.js$/, ".cache")]).filter((name) =>
      existsSync(join(folder, name)),
    );
    const config = {
      main: "main.js",
      output: "blob",
      disableExperimentalSEAWarning: true,
      useCodeCache: codeCache,
      assets: Object.fromEntries(assets.map((name) => [name, name])),
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    await run(hostNode, ["--random-seed=1", "--experimental-sea-config", "config.json"], {
      cwd: folder,
      env,
    });
    return readFileSync(join(folder, "blob"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Node binary with a blob in it, ready to run on its platform. */
export async function createExecutable(nodeBinary, blob, os) {
  const folder = mkdtempSync(join(tmpdir(), "executable-"));
  const file = join(folder, "executable");
  try {
    writeFileSync(file, prepare(readFileSync(nodeBinary), os));
    await inject(file, "NODE_SEA_BLOB", blob, {
      sentinelFuse: "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2",
      machoSegmentName: "NODE_SEA",
    });
    const executable = readFileSync(file);
    return os === "darwin" ? signMachO(executable, IDENTIFIER) : executable;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function prepare(binary, os) {
  switch (os) {
    case "linux":
      return stripElf(binary);
    case "darwin":
      return removeMachOSignature(binary);
    default:
      return removePeSignature(binary);
  }
}
