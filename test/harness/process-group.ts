import { readdirSync, readFileSync } from "node:fs";

/** One process as /proc shows it. */
interface ProcessEntry {
  readonly pid: number;
  readonly command: string;
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
        return []; // gone while we looked
      }
    });
}

/** Sends a signal to every process of a group; false when there is none. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
