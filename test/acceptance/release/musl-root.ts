import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { findCli } from "../../../scripts/cli-config.mjs";
import { unpackDebianPackages } from "../../../scripts/release/debian.mjs";
import { releaseLater } from "../../harness/cleanup.ts";

/** A system like Alpine: busybox, and musl instead of glibc. */
const PACKAGES = [
  {
    package: "busybox-static",
    version: "1:1.35.0-4+deb12u1+b1",
    architecture: "amd64",
    sha256: "3d3fdbe91d4660c873e14b092c213fe81c1da6362daa236eb25d0171eb108744",
  },
  {
    package: "musl",
    version: "1.2.3-1",
    architecture: "amd64",
    sha256: "4fc1e3d9b579f5c682ca99a4d45aec08d72a2e6b82b4c2e1bbcb7095466ae96d",
  },
];

/** This user may not enter a root of their own, and why. */
export class NoMuslRoot extends Error {
  override readonly name = "NoMuslRoot";
}

/** How a command in the root ended, and all that it printed. */
export interface RootResult {
  readonly code: number | null;
  readonly text: string;
}

/** A root file system of its own with a CLI at /bin/terraform, whose network is that of this machine. */
export interface MuslRoot {
  /** Its folder, as seen from outside. */
  readonly folder: string;
  /** Runs a program with the root as its own, in /work. */
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<RootResult>;
}

/**
 * Creates one. Throws RuntimeMissing where Debian's packages cannot be fetched, and NoMuslRoot.
 */
export async function useMuslRoot(): Promise<MuslRoot> {
  const folder = await unpackDebianPackages(PACKAGES);
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["work", "tmp", "home", "proc", "dev", "lib64"])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ["sh", "readlink", "grep", "ln", "basename"])
    symlinkSync("busybox", join(folder, "bin", name));
  const terraform = findCli();
  if (terraform === null) throw new Error("no terraform: call requireTerraform first");
  copyFileSync(terraform, join(folder, "bin/terraform"));
  const root: MuslRoot = { folder, run: (words, env = {}) => runInRoot(folder, words, env) };
  const { code, text } = await root.run(["/bin/busybox", "true"]);
  if (code !== 0) throw new NoMuslRoot(`this user may not enter a root of their own: ${text}`);
  return root;
}

/** Enters the root, with the real /proc and /dev in it. Its mounts are visible to it alone, and end with it. */
const ENTER = `mount --rbind /proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" /bin/sh -c 'cd /work && exec "$@"' "$@"`;

/** What a terminal of such a system has; nothing of ours gets in. */
const ENVIRONMENT = { PATH: "/bin", HOME: "/home", CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };

async function runInRoot(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RootResult> {
  const privileges = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const child = spawn("unshare", [...privileges, "--mount", "/bin/sh", "-c", ENTER, "sh", folder, ...words], {
    env: { ...ENVIRONMENT, PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  releaseLater(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}
