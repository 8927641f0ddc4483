// The program of a release for this very machine, made of dist/: what `make dev`, tests and benchmarks are about.
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli-config.mjs";
import { createExecutable } from "./executable.mjs";
import { programFiles } from "./package-files.mjs";
import { executableName, hostPlatform } from "./platforms.mjs";

const HOST = hostPlatform();
const NAME = "terraform-provider-kakaocloud";
const FOLDER = join(ROOT, ".dev/executable");

/** What Terraform starts of it, under the name by which it finds it. */
export const HOST_EXECUTABLE = join(FOLDER, HOST ? executableName(NAME, HOST) : NAME);

/** The same as it starts on a system without glibc, for the tests of that: see test/harness/package-bundled-glibc.ts. */
export const BUNDLED_GLIBC = join(ROOT, ".dev/bundled-glibc", NAME);

/** Creates it anew. Throws as createExecutable does; there is none then, not even an older one. */
export async function createHostExecutable() {
  try {
    const executable = await createExecutable(join(ROOT, "dist"));
    writeProgram(FOLDER, programFiles(HOST, executable, NAME));
  } catch (error) {
    rmSync(FOLDER, { recursive: true, force: true });
    throw error;
  }
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
