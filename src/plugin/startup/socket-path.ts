import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { FOLDER_PREFIX, socketName, socketParents } from "./socket-names.ts";
import { StartupError } from "./startup-error.ts";

/** What fits into a socket address, without its final zero. A longer path is cut off silently and leads nowhere. */
const MAX_PATH_BYTES = process.platform === "darwin" ? 103 : 107;

/** A place for a unix socket that nobody else can reach. */
export interface SocketPath {
  readonly path: string;
  /** Lets the group of PLUGIN_UNIX_SOCKET_GROUP in, if there is one. Called when the socket exists. */
  share(): void;
  /** Removes the socket, and the folder that was created for it. Harmless when repeated. */
  remove(): void;
}

/**
 * Finds a place for the socket: PLUGIN_UNIX_SOCKET_DIR itself, or a new folder (mode 0700) in TMPDIR or /tmp.
 * Undefined when no place is short enough and writable. Throws StartupError for a group that does not exist.
 */
export function createSocketPath(env: NodeJS.ProcessEnv): SocketPath | undefined {
  const group = env.PLUGIN_UNIX_SOCKET_GROUP ? groupId(env.PLUGIN_UNIX_SOCKET_GROUP) : undefined;
  if (env.PLUGIN_UNIX_SOCKET_DIR) {
    const path = join(env.PLUGIN_UNIX_SOCKET_DIR, `plugin-${randomBytes(6).toString("hex")}.sock`);
    if (!fits(path)) {
      throw new StartupError(
        `PLUGIN_UNIX_SOCKET_DIR is too long for a socket: ${path} is over ${MAX_PATH_BYTES} bytes`,
      );
    }
    return socketPath(path, undefined, group);
  }
  const name = socketName(process.pid);
  for (const parent of socketParents(env)) {
    // mkdtemp appends six characters.
    if (!fits(join(parent, `${FOLDER_PREFIX}XXXXXX`, name))) continue;
    try {
      const folder = mkdtempSync(join(parent, FOLDER_PREFIX));
      // The umask may have removed bits from the 0700 of mkdtemp.
      chmodSync(folder, 0o700);
      return socketPath(join(folder, name), folder, group);
    } catch {
      // Not there or not writable: the next one may be.
    }
  }
  return undefined;
}

const fits = (path: string): boolean => Buffer.byteLength(path) <= MAX_PATH_BYTES;

function socketPath(path: string, folder: string | undefined, group: number | undefined): SocketPath {
  return {
    path,
    share: () => {
      if (group === undefined) return;
      chownSync(path, -1, group);
      chmodSync(path, 0o660);
      if (folder === undefined) return;
      chownSync(folder, -1, group);
      chmodSync(folder, 0o710);
    },
    remove: () => {
      ignoreErrors(() => unlinkSync(path));
      if (folder !== undefined) ignoreErrors(() => rmdirSync(folder));
    },
  };
}

/** A group's number, given as such or by its name in /etc/group. */
function groupId(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  let groups = "";
  ignoreErrors(() => {
    groups = readFileSync("/etc/group", "utf8");
  });
  for (const line of groups.split("\n")) {
    const [name, , id] = line.split(":");
    if (name === group && id !== undefined) return Number(id);
  }
  throw new StartupError(`PLUGIN_UNIX_SOCKET_GROUP names a group that does not exist: ${group}`);
}

function ignoreErrors(action: () => void): void {
  try {
    action();
  } catch {
    // Already deleted, or never created.
  }
}
