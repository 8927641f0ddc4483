import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { MistakenInput } from "./errors.ts";

const NEW_FILE_MODE = 0o666;

/** A file to write that is checked before the work begins, so that a mistake is reported before a long wait. */
export interface OutputFile {
  /**
   * Writes the whole file or nothing: it appears under its name when it is complete. Nothing else runs meanwhile, a signal
   * included. Throws MistakenInput when it cannot be written.
   */
  write(content: string): void;
}

/** Throws MistakenInput when the file exists, unless it may be replaced, or cannot be there. */
export function openOutputFile(path: string, options: { readonly force: boolean }): OutputFile {
  const file = targetOf(path);
  const existing = statSync(file, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    throw new MistakenInput(`${path} is not a regular file. Omit --out to write to standard output.`);
  }
  if (existing !== undefined && !options.force) throw alreadyThere(path);
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new MistakenInput(`There is no folder ${folder}. Create it, or name another file with --out.`);
  }
  return {
    write(content) {
      const fresh = join(folder, `.${basename(file)}.${randomUUID()}.tmp`);
      try {
        // From here on the file of that name is ours: "wx" fails where there is one already.
        const descriptor = openSync(fresh, "wx", existing?.mode ?? NEW_FILE_MODE);
        try {
          writeFileSync(descriptor, content);
          closeSync(descriptor);
          if (options.force) renameSync(fresh, file);
          else putInPlace(fresh, file, path);
        } finally {
          rmSync(fresh, { force: true });
        }
      } catch (error) {
        if (error instanceof MistakenInput) throw error;
        throw new MistakenInput(`${path} cannot be written: ${(error as Error).message}.`);
      }
    },
  };
}

/** What a link leads to is replaced, not the link. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
    throw new MistakenInput(`${path} is a broken symbolic link. Remove it, or name another file with --out.`);
  }
}

/** Never replaces a file: a link is created only where nothing is, and so is a copy, on a file system without links. */
function putInPlace(fresh: string, file: string, path: string): void {
  try {
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw alreadyThere(path);
    copy(fresh, file, path);
  }
}

function copy(fresh: string, file: string, path: string): void {
  try {
    copyFileSync(fresh, file, constants.COPYFILE_EXCL);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? alreadyThere(path) : error;
  }
}

const alreadyThere = (path: string): MistakenInput =>
  new MistakenInput(`${path} already exists. Name another file, or replace it with --force.`);
