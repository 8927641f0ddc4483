import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Handles one HTTP exchange; `connection` numbers the TCP connections from 1. */
export type Exchange = (
  request: IncomingMessage,
  response: ServerResponse,
  connection: number,
) => Promise<void>;

/** A listening HTTP server that can refuse connections for a while. */
export interface Listener {
  /** Where it is reached from this machine. */
  readonly url: string;
  readonly port: number;
  /** The URL of the request by its Host header: not `url` from another machine or container. */
  urlFor(hostHeader: string | undefined): string;
  /** Aborted when the listener stops. */
  readonly signal: AbortSignal;
  /** Drops every connection and refuses new ones for so many milliseconds; resolves when it listens again. */
  refuse(milliseconds: number): Promise<void>;
  /** Drops every connection and stops listening. */
  stop(): Promise<void>;
}

/** Addresses that stand for every address of the machine, and one that leads to it. */
const ANY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/** Listens on a host and a port (0: any free one). Rejects when the port is taken. */
export async function startListener(host: string, port: number, exchange: Exchange): Promise<Listener> {
  const connections = new WeakMap<Socket, number>();
  let connectionCount = 0;
  const stopping = new AbortController();
  // Every delayed or stalled response listens to it, however many there are.
  setMaxListeners(0, stopping.signal);

  const listen = async (at: number): Promise<Server> => {
    const server = createServer((request, response) => {
      // After stop, what is still under way ends with its socket; its rejection says nothing new.
      exchange(request, response, connections.get(request.socket) ?? 0).catch((error: unknown) => {
        response.destroy();
        if (!stopping.signal.aborted) process.emitWarning(error instanceof Error ? error : String(error));
      });
    });
    server.on("connection", (socket) => {
      connections.set(socket, ++connectionCount);
      socket.setNoDelay(true);
    });
    // Clients reuse connections as long as they like; a server that closes idle ones early would race with them.
    server.keepAliveTimeout = 60_000;
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, host, resolve);
    });
    return server;
  };

  const close = (server: Server) =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  let server = await listen(port);
  const bound = (server.address() as AddressInfo).port;
  /** The pause that is under way; stop waits for it, and each pause for the one before. */
  let pause: Promise<void> = Promise.resolve();
  const everywhere = ANY_ADDRESS.get(host);
  const reachable = everywhere ?? host;
  const url = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${bound}`;
  return {
    url,
    port: bound,
    urlFor: (hostHeader) =>
      everywhere !== undefined && hostHeader !== undefined && /^[\w.:[\]-]+$/.test(hostHeader)
        ? `http://${hostHeader}`
        : url,
    signal: stopping.signal,
    refuse: (milliseconds) => {
      pause = pause.then(async () => {
        if (stopping.signal.aborted) return;
        await close(server);
        await sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (!stopping.signal.aborted) server = await listen(bound);
      });
      return pause;
    },
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await pause;
      await close(server);
    },
  };
}
