import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { isSocketFolder, pidOfSocket } from "../startup/socket-names.ts";

/** A younger folder without a socket may be that of a process which is about to listen. */
const EMPTY_FOLDER_MS = 60_000;

/**
 * Removes the socket folders that this user's killed processes left in a folder. Never one that is in use: there, the process is alive,
 * or connections are accepted, as by a process in another container. Never throws.
 */
export async function removeStaleSockets(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter(isSocketFolder)) {
    // Another process may remove the same one.
    await removeIfStale(join(parent, name)).catch(() => {});
  }
}

async function removeIfStale(folder: string): Promise<void> {
  const stats = await lstat(folder);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) return;
  const [name, ...others] = await readdir(folder);
  if (name === undefined) {
    if (Date.now() - stats.mtimeMs > EMPTY_FOLDER_MS) await rmdir(folder);
    return;
  }
  const socket = join(folder, name);
  const pid = pidOfSocket(name);
  if (pid === undefined || others.length > 0 || !(await lstat(socket)).isSocket()) return;
  if (isAlive(pid) || !(await isRefused(socket))) return;
  await unlink(socket);
  await rmdir(folder);
}

/** Whether there is a process of this number, though it may be a later one. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Whether nobody listens on a socket that exists. */
function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.unref();
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}
