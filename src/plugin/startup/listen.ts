import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createSocketPath } from "./socket-path.ts";
import { StartupError } from "./startup-error.ts";

/** Leaves a new socket the mode 0600: only the same user may connect. */
const PRIVATE_UMASK = 0o177;

/** Where a plugin listens, in the words of the handshake line. */
export interface ListenAddress {
  readonly network: "unix" | "tcp";
  /** An absolute path, or host:port. */
  readonly location: string;
}

/** A listening server, not yet read from. `remove` takes its traces out of the file system. */
export interface Listener {
  readonly server: Server;
  readonly address: ListenAddress;
  readonly remove: () => void;
}

/**
 * Listens on a unix socket, or where there is none (Windows, or no usable folder) on a loopback port between
 * PLUGIN_MIN_PORT and PLUGIN_MAX_PORT. Throws StartupError when neither works.
 */
export async function listen(env: NodeJS.ProcessEnv, platform = process.platform): Promise<Listener> {
  return (await listenOnSocket(env, platform)) ?? listenOnPort(portsOf(env));
}

/**
 * Listens where only the same user can connect, for connections without TLS. Windows has nothing of the kind: a loopback port there.
 * Throws StartupError elsewhere when no folder is usable: any user of the machine can connect to a port.
 */
export async function listenWithoutTls(
  env: NodeJS.ProcessEnv,
  platform = process.platform,
): Promise<Listener> {
  if (platform === "win32") return listenOnPort(portsOf(env));
  const { PLUGIN_UNIX_SOCKET_GROUP: _, ...own } = env;
  const listener = await listenOnSocket(own, platform);
  if (listener !== undefined) return listener;
  throw new StartupError(
    "no folder for a socket: TMPDIR and /tmp are not writable, or their paths are too long",
  );
}

async function listenOnSocket(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Promise<Listener | undefined> {
  if (platform === "win32") return undefined;
  const socket = createSocketPath(env);
  if (socket === undefined) return undefined;
  // From here on, nothing is left behind whatever happens.
  process.once("exit", socket.remove);
  const server = createServer();
  // The system creates the socket as the umask says. To change its mode afterwards would leave others a moment.
  const umask = process.umask(PRIVATE_UMASK);
  const listening = tryToListen(server, { path: socket.path });
  process.umask(umask);
  const error = await listening;
  if (error !== undefined) {
    socket.remove();
    if (env.PLUGIN_UNIX_SOCKET_DIR)
      throw new StartupError(`cannot listen on ${socket.path}: ${error.message}`);
    return undefined;
  }
  try {
    socket.share();
  } catch (cause) {
    throw new StartupError(
      `cannot change the group of ${socket.path} to PLUGIN_UNIX_SOCKET_GROUP: ${(cause as Error).message}`,
    );
  }
  return { server, address: { network: "unix", location: socket.path }, remove: socket.remove };
}

async function listenOnPort([first, last]: readonly [number, number]): Promise<Listener> {
  for (let port = first; port <= last; port++) {
    const server = createServer();
    if ((await tryToListen(server, { host: "127.0.0.1", port })) === undefined) {
      const location = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      return { server, address: { network: "tcp", location }, remove: () => {} };
    }
  }
  throw new StartupError(`no free port on 127.0.0.1 between ${first} and ${last}`);
}

/** Without a valid range the system chooses the port. */
function portsOf(env: NodeJS.ProcessEnv): readonly [number, number] {
  const [first, last] = [Number(env.PLUGIN_MIN_PORT), Number(env.PLUGIN_MAX_PORT)];
  const valid =
    Number.isInteger(first) && Number.isInteger(last) && first > 0 && first <= last && last <= 65535;
  return valid ? [first, last] : [0, 0];
}

/** A unix socket listens when `listen` returns, and then nothing is waited for; a port takes a turn of the event loop. */
async function tryToListen(
  server: Server,
  target: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<Error | undefined> {
  server.listen(target);
  if (server.listening) return undefined;
  try {
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
