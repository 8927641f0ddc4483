// Packs the executable with the glibc of a release for Linux, for the tests that run it so. The build has to be up to date.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import {
  BUNDLED_GLIBC,
  createHostExecutable,
  HOST_PROGRAM,
  writeProgram,
} from "../../scripts/release/host-executable.mjs";
import { programFiles, systemFiles } from "../../scripts/release/package-files.mjs";
import { hostPlatform } from "../../scripts/release/platforms.mjs";
import { goWithoutRuntime } from "../../scripts/release/runtime.mjs";

/** Run by Vitest before the first of these tests. Without the packages they are about what runs on Node, except in CI, as elsewhere. */
export async function setup(): Promise<void> {
  const folder = dirname(BUNDLED_GLIBC);
  rmSync(folder, { recursive: true, force: true });
  try {
    const platform = hostPlatform();
    await createHostExecutable();
    const executable = readFileSync(HOST_PROGRAM);
    const system = await systemFiles(platform);
    writeProgram(folder, [...programFiles(platform, executable, basename(BUNDLED_GLIBC)), ...system]);
    withoutSystemGlibc();
  } catch (error) {
    goWithoutRuntime(error, "the executable was NOT tested with the glibc of a release");
  }
}

/** Takes the line out of the launcher by which it prefers the system's. */
function withoutSystemGlibc(): void {
  const launcher = readFileSync(BUNDLED_GLIBC, "utf8");
  const changed = launcher.replace(/^if \[ -e .*\n/m, "");
  if (changed === launcher)
    throw new Error(`the launcher does not look for the system's glibc:\n${launcher}`);
  writeFileSync(BUNDLED_GLIBC, changed);
}
