import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { releaseLater } from "./cleanup.ts";

/** One process as /proc shows it. */
interface ProcessEntry {
  readonly pid: number;
  readonly command: string;
}

/** A program that runs in a process group of its own, as a shell runs it at a terminal. */
export interface RunningGroup {
  readonly group: number;
  /** Both outputs so far. */
  output(): string;
  /** Resolves with the exit code, null when a signal ended it; rejects when it cannot be started. */
  readonly finished: Promise<number | null>;
}

/**
 * Starts a program whose process group has ended at the end of the test.
 *
 * @param options.until what counts as finished: `close`, with all that may still write to its outputs, or its own `exit`
 */
export function startGroup(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly until?: "close" | "exit" },
): RunningGroup {
  const { cwd, env, until = "close" } = options;
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const group = child.pid ?? -1;
  releaseLater(() => void signalGroup(group, "SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const finished = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once(until, resolve);
  });
  return { group, output: () => output, finished };
}

/** The living processes of a process group, from /proc; elsewhere than on Linux only whether there are any. */
export function processesInGroup(group: number): readonly ProcessEntry[] {
  if (process.platform !== "linux") {
    return signalGroup(group, 0) ? [{ pid: group, command: "unknown" }] : [];
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "pid (command) state ppid pgrp ...", where the command may hold anything.
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        // A zombie is dead; it only waits for its parent.
        if (Number(pgrp) !== group || state === "Z" || state === "X") return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return [{ pid: Number(name), command }];
      } catch {
        return []; // ended in the meantime
      }
    });
}

/** What is killed of a CLI and the providers that it has started. */
export const VICTIMS = ["provider", "Terraform", "both"] as const;
export type Victim = (typeof VICTIMS)[number];

/** `kill -9` of a CLI that leads a group, of the other processes in it, or of all. */
export function killRun(group: number, victim: Victim): void {
  for (const { pid } of processesInGroup(group)) {
    if (victim === "both" || (pid === group) === (victim === "Terraform")) process.kill(pid, "SIGKILL");
  }
}

/** Sends a signal to every process of a group; false when there is none. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
