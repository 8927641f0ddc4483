// The program of a release for this very machine, built from dist/: `make dev`, tests and benchmarks use it.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli-config.mjs";
import { createExecutable, PROGRAMS } from "./executable.mjs";
import { programFiles } from "./package-files.mjs";
import { executableName, hostPlatform } from "./platforms.mjs";

const HOST = hostPlatform();
const NAME = "terraform-provider-kakaocloud";
const DIST = join(ROOT, "dist");
const FOLDER = join(ROOT, ".dev/executable");

/** What Terraform starts of it, under the name by which it finds it. */
export const HOST_EXECUTABLE = join(FOLDER, HOST ? executableName(NAME, HOST) : NAME);

/** The executable itself on Linux, where Terraform starts a launcher. */
export const HOST_PROGRAM = join(FOLDER, "lib/provider");

/** The same as it starts on a system without glibc, for the tests of that: see test/harness/package-bundled-glibc.ts. */
export const BUNDLED_GLIBC = join(ROOT, ".dev/bundled-glibc", NAME);

/** The hash of what the executable was built from. */
const INPUTS_FILE = `${FOLDER}.sha256`;

/**
 * Creates it, unless it exists and was built from the same programs by the same scripts. Throws as createExecutable does; there is none then,
 * not even an older one.
 */
export async function createHostExecutable() {
  const inputs = hashOfInputs();
  if (existsSync(HOST_EXECUTABLE) && existsSync(INPUTS_FILE) && readFileSync(INPUTS_FILE, "utf8") === inputs)
    return;
  try {
    const executable = await createExecutable(DIST);
    writeProgram(FOLDER, programFiles(HOST, executable, NAME));
    writeFileSync(INPUTS_FILE, inputs);
  } catch (error) {
    rmSync(FOLDER, { recursive: true, force: true });
    throw error;
  }
}

function hashOfInputs() {
  const scripts = readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name));
  const hash = createHash("sha256");
  for (const file of [...PROGRAMS.map((name) => join(DIST, name)), ...scripts])
    hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Writes entries of an archive into a folder, each in one step, as somebody may be starting the program in it. */
export function writeProgram(folder, entries) {
  for (const { name, mode, content } of entries) {
    const file = join(folder, name);
    const fresh = `${file}-${randomUUID()}`;
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(fresh, content, { mode });
      renameSync(fresh, file);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  }
}
