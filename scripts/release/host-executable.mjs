// The executable of a release for this very machine, made of dist/: what `make dev`, tests and benchmarks are about.
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli-config.mjs";
import { createExecutable } from "./executable.mjs";
import { hostPlatform } from "./platforms.mjs";

/** Where it is, under the name by which Terraform finds it. */
export const HOST_EXECUTABLE = join(ROOT, ".dev/executable/terraform-provider-kakaocloud");

/** Makes it anew. Throws when it cannot be made; there is none then, not even an older one. */
export async function createHostExecutable() {
  const fresh = `${HOST_EXECUTABLE}-${randomUUID()}`;
  try {
    const platform = hostPlatform();
    if (platform === undefined)
      throw new Error(`there are no releases for ${process.platform} ${process.arch}`);
    const executable = await createExecutable(join(ROOT, "dist"), platform);
    mkdirSync(dirname(HOST_EXECUTABLE), { recursive: true });
    writeFileSync(fresh, executable, { mode: 0o755 });
    // In one step, as somebody may be starting it.
    renameSync(fresh, HOST_EXECUTABLE);
  } catch (error) {
    for (const file of [fresh, HOST_EXECUTABLE]) rmSync(file, { force: true });
    throw error;
  }
}
