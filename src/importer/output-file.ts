import { linkSync, lstatSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MistakenInput } from "./errors.ts";

const NEW_FILE_MODE = 0o666;

/** A file to write that is looked at before the work begins, so that nobody waits only to be refused. */
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
    throw new MistakenInput(`${path} is no ordinary file. Without --out the output goes to standard output.`);
  }
  if (existing !== undefined && !options.force) throw alreadyThere(path);
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new MistakenInput(`There is no folder ${folder}. Make it, or name another file with --out.`);
  }
  return {
    write(content) {
      const fresh = join(folder, `.${basename(file)}.${process.pid}.tmp`);
      try {
        writeFileSync(fresh, content, { flag: "wx", mode: existing?.mode ?? NEW_FILE_MODE });
        if (options.force) renameSync(fresh, file);
        else putInPlace(fresh, file, path);
      } catch (error) {
        if (error instanceof MistakenInput) throw error;
        throw new MistakenInput(`${path} cannot be written: ${(error as Error).message}.`);
      } finally {
        rmSync(fresh, { force: true });
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
    throw new MistakenInput(
      `${path} is a link that leads nowhere. Remove it, or name another file with --out.`,
    );
  }
}

/** A link is made only where nothing is; a file system without links has to be believed what it says is there. */
function putInPlace(fresh: string, file: string, path: string): void {
  try {
    linkSync(fresh, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || statSync(file, { throwIfNoEntry: false }) !== undefined)
      throw alreadyThere(path);
    renameSync(fresh, file);
  }
}

const alreadyThere = (path: string): MistakenInput =>
  new MistakenInput(`${path} exists already. Name another file, or replace it with --force.`);
