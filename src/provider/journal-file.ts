import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { LIMITS } from "../base/limits.ts";

/** Lines of text that several processes append to. Every method throws where the file cannot be used. */
export interface JournalFile {
  readonly path: string;
  lines(): readonly string[];
  /** Appends whole lines, in one piece. `isDurable` waits until they are on the disk. */
  append(lines: readonly string[], isDurable?: boolean): void;
  /**
   * Replaces the lines by those that `keep` returns for them, unless another process is at it. What others append meanwhile is kept.
   */
  rewrite(keep: (lines: readonly string[]) => readonly string[]): void;
}

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR } = constants;
/** A pipe or a device is refused and must not be waited for. Not on Windows. */
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const OWNER_ONLY = 0o600;
/** How often lines are appended again because the file was replaced meanwhile. */
const APPEND_TRIES = 20;
/** After so long, a process that was replacing the file was killed. */
const REPLACING_MS = 60_000;

/** Opens a file, which is created if necessary. The file is local and small, so it is read and written at once. */
export function openJournalFile(givenPath: string): JournalFile {
  closeSync(openToAppend(resolve(givenPath)));
  // A rewrite must replace the file and not a link to it.
  const path = realpathSync(resolve(givenPath));

  function append(lines: readonly string[], isDurable = false): void {
    // A line that a killed process left unfinished ends here.
    const text = `\n${lines.join("\n")}\n`;
    for (let tries = 0; tries < APPEND_TRIES; tries += 1) {
      const file = openToAppend(path);
      try {
        writeFileSync(file, text);
        if (isDurable) fsyncSync(file);
        // Another process may have replaced the file in between; a line that stands twice says nothing new.
        if (isSameFile(file, path)) return;
      } finally {
        closeSync(file);
      }
    }
    throw new Error("other processes keep replacing it");
  }

  return {
    path,
    lines() {
      const file = openToAppend(path);
      try {
        return linesOf(readBytes(file, 0));
      } finally {
        closeSync(file);
      }
    },
    append,
    rewrite(keep) {
      const lock = `${path}.lock`;
      if (!createLock(lock)) return;
      try {
        replace(keep);
      } finally {
        rmSync(lock, { force: true });
      }
    },
  };

  /** One process at a time: another one could drop what is to be appended again. */
  function replace(keep: (lines: readonly string[]) => readonly string[]): void {
    const file = openToAppend(path);
    try {
      const before = readBytes(file, 0);
      const kept = keep(linesOf(before));
      replaceFile(path, kept.map((line) => `${line}\n`).join(""));
      const added = linesOf(readBytes(file, before.length));
      if (added.length > 0) append(added, true);
    } finally {
      closeSync(file);
    }
  }
}

/** Whether the lock is this process's now. One that is old is that of a process that was killed. */
function createLock(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && Date.now() - stats.mtimeMs > REPLACING_MS) rmSync(path, { force: true });
  try {
    closeSync(openSync(path, O_CREAT | O_EXCL, OWNER_ONLY));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, O_RDWR | O_CREAT | O_EXCL, OWNER_ONLY);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

function openToAppend(path: string): number {
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, OWNER_ONLY);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error("it is not a regular file");
}

function isSameFile(file: number, path: string): boolean {
  const opened = fstatSync(file);
  const named = statSync(path, { throwIfNoEntry: false });
  return named?.ino === opened.ino && named.dev === opened.dev;
}

/** The file from this byte on. */
function readBytes(file: number, from: number): Buffer {
  const { size } = fstatSync(file);
  if (size > LIMITS.journalBytes) throw new Error(`it is larger than ${LIMITS.journalBytes / 1024 ** 2} MiB`);
  const bytes = Buffer.alloc(Math.max(0, size - from));
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, from + length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function linesOf(bytes: Buffer): readonly string[] {
  return bytes
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}
