import type { ClientRequest, IncomingMessage } from "node:http";
import type { Agent, AgentOptions } from "node:https";
import type { Duplex } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import { LIMITS } from "../base/limits.ts";
import { onAbort } from "../base/signals.ts";
import type { ProxyServer } from "./proxies.ts";

/** A tunnel that a proxy did not open. `isRefused`: another attempt would have the same result. */
export class TunnelError extends Error {
  override readonly name = "TunnelError";
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean) {
    super(message);
    this.isRefused = isRefused;
  }
}

/** What a tunnel needs: Node's modules, loaded late. */
export interface TunnelModules {
  readonly http: typeof import("node:http");
  readonly https: typeof import("node:https");
  readonly tls: typeof import("node:tls");
}

/** The request's signal among the options that an agent is given: a tunnel ends with its request. */
export const TUNNEL_SIGNAL = Symbol("the signal of the request");

type TunnelOptions = ConnectionOptions & { readonly [TUNNEL_SIGNAL]?: AbortSignal };

/**
 * An agent whose connections go through a proxy: CONNECT, then TLS with the server, whose certificate is verified as ever. The
 * proxy sees the server's name and nothing else. Its response is read by Node's HTTP parser, which bounds the headers.
 */
export function createTunnelAgent(proxy: ProxyServer, modules: TunnelModules, options: AgentOptions): Agent {
  const agent = new modules.https.Agent(options);
  const createConnection = (
    given: TunnelOptions,
    callback: (error: Error | null, socket?: Duplex) => void,
  ): undefined => {
    openTunnel(proxy, modules, given, (error, socket) => {
      if (error !== null || socket === undefined) return callback(error);
      const servername = given.servername || undefined;
      callback(null, modules.tls.connect({ ...given, socket, ...(servername && { servername }) }));
    });
    return undefined;
  };
  return Object.assign(agent, { createConnection });
}

function openTunnel(
  proxy: ProxyServer,
  { http, https }: TunnelModules,
  options: TunnelOptions,
  done: (error: Error | null, socket?: Duplex) => void,
): void {
  const host = options.host ?? "localhost";
  const target = `${host.includes(":") ? `[${host}]` : host}:${options.port ?? 443}`;
  const request: ClientRequest = (proxy.protocol === "https:" ? https : http).request({
    host: proxy.hostname,
    port: proxy.port,
    method: "CONNECT",
    path: target,
    headers: { Host: target, ...proxyAuthorization(proxy) },
    agent: false,
    maxHeaderSize: LIMITS.proxyResponseBytes,
    rejectUnauthorized: true,
    ...(options.secureContext && { secureContext: options.secureContext }),
  });
  let isOver = false;
  const end = (error: Error | null, socket?: Duplex) => {
    if (isOver) return socket?.destroy();
    isOver = true;
    stop();
    if (error !== null) request.destroy();
    done(error, socket);
    return undefined;
  };
  const signal = options[TUNNEL_SIGNAL];
  const stop =
    signal === undefined ? () => {} : onAbort(signal, () => setImmediate(() => end(new Error("aborted"))));
  const respond = (response: IncomingMessage, socket?: Duplex, head?: Buffer) => {
    const status = response.statusCode ?? 0;
    if (socket !== undefined && status >= 200 && status < 300) {
      if (head !== undefined && head.length > 0) socket.unshift(head);
      return end(null, socket);
    }
    socket?.destroy();
    const isRefused = status < 500 && status !== 408 && status !== 429;
    const reason = `${status} ${response.statusMessage ?? ""}`.trim();
    return end(new TunnelError(`${proxy.name} refused the connection to ${target}: ${reason}`, isRefused));
  };
  request.once("connect", respond);
  request.once("response", (response) => respond(response));
  request.once("error", (error: NodeJS.ErrnoException) =>
    end(
      new TunnelError(
        `${proxy.name} could not open a connection to ${target} (${error.code || error.message})`,
        false,
      ),
    ),
  );
  request.once("close", () =>
    end(new TunnelError(`${proxy.name} closed the connection to ${target}`, false)),
  );
  request.end();
}

/** The header that identifies the client to a proxy; none without credentials. */
function proxyAuthorization({ credentials }: ProxyServer): { readonly "Proxy-Authorization"?: string } {
  if (credentials === undefined) return {};
  return { "Proxy-Authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}
