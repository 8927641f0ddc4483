// The executable of a release for this very machine, for tests and benchmarks, made of dist/.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli-config.mjs";
import { createExecutable } from "./executable.mjs";
import { hostPlatform } from "./platforms.mjs";

/** Where it is, under the name by which Terraform finds it. */
export const HOST_EXECUTABLE = join(ROOT, ".dev/executable/terraform-provider-kakaocloud");

/** Makes it anew. Throws when it cannot be made; there is none then. */
export async function createHostExecutable() {
  rmSync(HOST_EXECUTABLE, { force: true });
  const executable = await createExecutable(join(ROOT, "dist"), hostPlatform());
  mkdirSync(dirname(HOST_EXECUTABLE), { recursive: true });
  // In one step, as another run may start it meanwhile.
  const fresh = `${HOST_EXECUTABLE}-${process.pid}`;
  writeFileSync(fresh, executable, { mode: 0o755 });
  renameSync(fresh, HOST_EXECUTABLE);
}
