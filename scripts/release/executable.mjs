// Makes the provider a single executable: Bun with the program inside it, compiled ahead. Bun itself starts in a quarter of Node's time.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { removeMachOSignature, signMachO } from "./mach-o.mjs";
import { executableName, hostPlatform } from "./platforms.mjs";
import { fetchHostRuntime, fetchRuntime } from "./runtime.mjs";

const run = promisify(execFile);

/** The first phase (src/entry/main.ts) as built, and the files of the later ones, each of which it knows by its name. */
export const PROGRAMS = ["main.js", "provider.js", "handlers.js", "import.js", "axios.js"];

const IDENTIFIER = "terraform-provider-kakaocloud";
const OPTIONS = [
  "--compile",
  "--bytecode",
  "--format=cjs",
  // Terraform runs providers in the user's folder. What files for Bun lie there is not for us.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  // Bun would put the folder's name in, and executables would differ by where they are built.
  "--define=__dirname='/'",
];

/**
 * The executable of a platform, by default this one, with the programs of the folder `dist` in it. The same programs give the same bytes, wherever they are.
 * Throws as fetchRuntime does.
 *
 * @param {string} dist
 * @param {any} [platform] one of PLATFORMS
 * @param {string} [runtime] the path of another Bun to put in than the pinned one
 */
export async function createExecutable(dist, platform = hostPlatform(), runtime) {
  const bun = await fetchHostRuntime();
  const used = runtime === undefined ? await fetchRuntime(platform) : resolve(runtime);
  const folder = mkdtempSync(join(tmpdir(), "executable-"));
  try {
    for (const name of PROGRAMS) cpSync(join(dist, name), join(folder, name));
    const output = executableName("program", platform);
    const target = [`--target=${platform.target}`, `--compile-executable-path=${used}`];
    await run(bun, ["build", ...OPTIONS, ...target, `--outfile=${output}`, "./main.js"], {
      cwd: folder,
      env: cleanEnvironment(folder),
    });
    const executable = readFileSync(join(folder, output));
    // Bun leaves its own signature on one for Intel, which does not fit any more.
    return platform.name.startsWith("darwin")
      ? signMachO(removeMachOSignature(executable), IDENTIFIER)
      : executable;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What a compiler needs of the environment. The rest could change what it writes: BUN_OPTIONS and its kind, and settings in the home folder.
 */
function cleanEnvironment(home) {
  const kept = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"].filter(
    (name) => process.env[name] !== undefined,
  );
  return {
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    HOME: home,
    USERPROFILE: home,
  };
}
