// The executable of a release for this very machine, made of dist/: what `make dev`, tests and benchmarks are about.
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli-config.mjs";
import { createExecutable } from "./executable.mjs";

/** Where it is, under the name by which Terraform finds it. */
export const HOST_EXECUTABLE = join(ROOT, ".dev/executable/terraform-provider-kakaocloud");

/** Makes it anew. Throws as createExecutable does; there is none then, not even an older one. */
export async function createHostExecutable() {
  const fresh = `${HOST_EXECUTABLE}-${randomUUID()}`;
  try {
    const executable = await createExecutable(join(ROOT, "dist"));
    mkdirSync(dirname(HOST_EXECUTABLE), { recursive: true });
    writeFileSync(fresh, executable, { mode: 0o755 });
    // In one step, as somebody may be starting it.
    renameSync(fresh, HOST_EXECUTABLE);
  } catch (error) {
    for (const file of [fresh, HOST_EXECUTABLE]) rmSync(file, { force: true });
    throw error;
  }
}
