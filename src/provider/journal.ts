import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Logger } from "../base/log.ts";
import { openJournalFile } from "./journal-file.ts";
import {
  applyLine,
  type CreateIntent,
  type CreateKey,
  formatLine,
  isOpen,
  isSameKey,
  type JournaledCreate,
  type Owner,
} from "./journal-lines.ts";

/** Names the file in which creates are recorded, so that a later run adopts what a killed one created. */
export const JOURNAL_VARIABLE = "KAKAOCLOUD_JOURNAL";

/**
 * The creates whose outcome no state has yet, in a file that outlives the process. One state uses one journal: then what is open
 * in it belongs to that state, and its lock keeps other runs away.
 */
export interface Journal {
  readonly path: string;
  /** Records that a create request is about to be sent. Throws when that cannot be written. */
  begin(intent: CreateIntent): JournalEntry;
  /** The create with the same key that an ended process left open, now this process's own; undefined where there is none. */
  claim(key: CreateKey): ClaimedEntry | undefined;
  /** Whether an ended process left the create of this image open. */
  isLeft(imageId: string): boolean;
  /** All images that the journal names: none of them can be one whose ID is not known. */
  imageIds(): ReadonlySet<string>;
  /** Records that a state has the image. */
  saved(imageId: string): void;
}

/** A create of this process. What cannot be written is logged: the image is more important. */
export interface JournalEntry {
  created(imageId: string): void;
  /** Terraform has the image, or there is none. */
  close(): void;
}

export interface ClaimedEntry extends JournalEntry {
  readonly intent: CreateIntent;
  readonly imageId: string | undefined;
  /** Whether no other open create with this key is without an ID. */
  readonly isOnly: boolean;
}

/** Opens a journal. Throws where the file cannot be used. */
export function openJournal(path: string, log: Logger): Journal {
  const file = openJournalFile(path);
  /** The creates of this process that are not over, by their ids. */
  const own = new Map<string, JournaledCreate>();
  const read = () => readEntries(file.lines());
  /** What ended processes left open, by the images' ids. */
  const left = new Map<string, readonly [string, JournaledCreate]>();
  for (const entry of read()) {
    const [, create] = entry;
    if (isOpen(create) && create.imageId !== undefined) left.set(create.imageId, entry);
  }

  const write = (id: string, create: JournaledCreate, claim?: string): void =>
    file.append([formatLine(id, create, claim)], create.closed !== true);
  const attempt = (what: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      log.warn(`the create journal could not be written: ${what}`, { path: file.path, error: String(error) });
    }
  };
  const close = (id: string, create: JournaledCreate): void => {
    own.delete(id);
    attempt("a create is over", () => {
      write(id, { ...create, closed: true });
      if (own.size === 0) file.rewrite(keptLines);
    });
  };
  const handle = (id: string, create: JournaledCreate): JournalEntry => {
    own.set(id, create);
    return {
      created(imageId) {
        const known = { ...create, imageId: imageId.toLowerCase() };
        own.set(id, known);
        attempt(`image ${imageId} was created`, () => write(id, known));
      },
      close: () => close(id, own.get(id) ?? create),
    };
  };

  return {
    path: file.path,
    begin(intent) {
      const [id, create] = [randomUUID(), { intent, owner: newOwner() }];
      write(id, create);
      return handle(id, create);
    },
    claim(key) {
      for (const [id, create] of openEntries(read(), key)) {
        if (own.has(id) || isAlive(create.owner)) continue;
        const claimed = { ...create, owner: newOwner() };
        write(id, claimed, create.owner.token);
        const entries = read();
        // The first claim in the file counts.
        if (entries.get(id)?.owner.token !== claimed.owner.token) continue;
        const others = openEntries(entries, key).filter(([other]) => other !== id);
        const isOnly = others.every(([, other]) => other.imageId !== undefined);
        return { intent: create.intent, imageId: create.imageId, isOnly, ...handle(id, claimed) };
      }
      return undefined;
    },
    isLeft(imageId) {
      const [, create] = left.get(imageId.toLowerCase()) ?? [];
      return create !== undefined && !isAlive(create.owner);
    },
    imageIds: () => new Set([...read().values()].flatMap(({ imageId }) => imageId ?? [])),
    saved(imageId) {
      const entry = left.get(imageId.toLowerCase());
      left.delete(imageId.toLowerCase());
      if (entry !== undefined) close(...entry);
    },
  };
}

function readEntries(lines: readonly string[]): ReadonlyMap<string, JournaledCreate> {
  const entries = new Map<string, JournaledCreate>();
  for (const line of lines) applyLine(entries, line);
  return entries;
}

/** Those with a known ID come first. */
function openEntries(
  entries: ReadonlyMap<string, JournaledCreate>,
  key: CreateKey,
): readonly (readonly [string, JournaledCreate])[] {
  const open = [...entries].filter(([, entry]) => isOpen(entry) && isSameKey(entry.intent, key));
  const isKnown = ([, { imageId }]: readonly [string, JournaledCreate]) => imageId !== undefined;
  return [...open.filter(isKnown), ...open.filter((entry) => !isKnown(entry))];
}

/** What is left of the lines when nothing is under way. An image whose ID is known cannot be one whose ID is not. */
function keptLines(lines: readonly string[]): readonly string[] {
  const entries = [...readEntries(lines)];
  const isUnclear = entries.some(([, create]) => isOpen(create) && create.imageId === undefined);
  return entries
    .filter(([, create]) => isOpen(create) || (isUnclear && create.imageId !== undefined))
    .map(([id, create]) => formatLine(id, create));
}

const newOwner = (): Owner => ({ token: randomUUID(), host: hostname(), pid: process.pid });

/** Whether the process may still be at work. One on another machine is not: the state's lock keeps it away. */
function isAlive({ host, pid }: Owner): boolean {
  if (host !== hostname() || pid === process.pid) return false;
  if (process.platform === "linux") return isAliveOnLinux(pid);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process exists, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A process that ended and that nobody waits for, as in a container without an init, still has its id. */
function isAliveOnLinux(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
