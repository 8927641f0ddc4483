import { execFile } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findCli } from "../../../scripts/cli-config.mjs";
import { releaseLater } from "../../harness/cleanup.ts";
import { useFolder } from "./release.ts";

const run = promisify(execFile);

/** Linux's user and group `nobody`, as whom jobs run where the tests run as root. */
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;

/** A machine on which a pipeline runs commands. */
export interface CiMachine {
  /** Runs the CLI and returns its standard output. Throws, with what it printed, unless it succeeds. */
  succeed(args: readonly string[]): Promise<string>;
}

/** A folder that outlives machines, as a pipeline's cache does. Jobs can write to it. */
export function useSharedFolder(): string {
  const folder = useFolder("ci-shared-");
  allow(folder, "write");
  return folder;
}

/**
 * Creates a machine that grants a job as little as pipelines do: a user other than root, no terminal, no HOME, a read-only checkout and
 * a read-only TMPDIR. TF_DATA_DIR is the one folder of its own.
 *
 * @param files the checkout
 * @param env what the pipeline sets
 */
export function useCiMachine(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): CiMachine {
  const root = useFolder("ci-");
  chmodSync(root, 0o755);
  const folder = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  const [checkout, temporary, data] = [folder("checkout"), folder("tmp"), folder("data")];
  for (const [name, content] of Object.entries(files)) writeFileSync(join(checkout, name), content);
  allow(checkout, "read");
  allow(temporary, "read");
  allow(data, "write");
  // What lies in a read-only folder cannot be removed.
  releaseLater(() => chmodSync(checkout, 0o755));
  return {
    async succeed(args) {
      const { stdout } = await run(findCli() ?? "", args, {
        cwd: checkout,
        env: {
          PATH: process.env.PATH,
          CHECKPOINT_DISABLE: "1",
          TMPDIR: temporary,
          TF_DATA_DIR: data,
          ...env,
        },
        ...(IS_ROOT && { uid: NOBODY, gid: NOBODY }),
      });
      return stdout;
    },
  };
}

function allow(folder: string, what: "read" | "write"): void {
  if (what === "write" && IS_ROOT) chownSync(folder, NOBODY, NOBODY);
  chmodSync(folder, what === "write" ? 0o755 : 0o555);
}
