import type { ClientRequest, Agent as HttpAgent, RequestOptions } from "node:http";
import type { AgentOptions, Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AxiosProxyConfig, AxiosStatic } from "axios";
import { LIMITS } from "../base/limits.ts";
import { after, linkSignals, onAbort } from "../base/signals.ts";
import type { OutcomeName } from "./outcomes.ts";
import { ProxyError, type ProxyServer, proxyFor } from "./proxies.ts";
import type { HttpRequest, HttpResponse } from "./request.ts";
import { createTunnelAgent, TUNNEL_SIGNAL, TunnelError } from "./tunnel.ts";

/** How long a connection that nobody uses is kept. */
const IDLE_CONNECTION_MS = 60_000;

/** How long the parts of one attempt may take, in milliseconds. */
export interface TransportLimits {
  /** From the request for a connection until it is ready, a proxy's tunnel and TLS included. */
  readonly connectMs: number;
  /** The whole attempt, body included, of a request that may be repeated. */
  readonly attemptMs: number;
  /** The whole attempt of a request that must not be repeated: a longer wait costs less than an unknown outcome. */
  readonly onceAttemptMs: number;
  /**
   * How much longer than its call such a request, once sent, may go on to learn its outcome. Short enough that the
   * provider stops within a second of an interrupt, long enough for a response that is on its way.
   */
  readonly onceGraceMs: number;
}

/** The limits outside of tests. */
export const DEFAULT_LIMITS: TransportLimits = {
  connectMs: 10_000,
  attemptMs: 60_000,
  onceAttemptMs: 120_000,
  onceGraceMs: 700,
};

/** The same limits, each multiplied. */
export function scaleLimits(limits: TransportLimits, factor: number): TransportLimits {
  const { connectMs, attemptMs, onceAttemptMs, onceGraceMs } = limits;
  return {
    connectMs: connectMs * factor,
    attemptMs: attemptMs * factor,
    onceAttemptMs: onceAttemptMs * factor,
    onceGraceMs: onceGraceMs * factor,
  };
}

/** What one attempt came to. Plain values: no headers or bodies of the request in them. */
export type AttemptResult =
  | { readonly kind: "response"; readonly response: Omit<HttpResponse, "requestId"> }
  | {
      readonly kind: "failure";
      readonly outcome: OutcomeName;
      /** Whether a connection was ready, so that the server may have received the request. */
      readonly sent: boolean;
      /** In words, for a person. */
      readonly detail: string;
      /** The proxy that the attempt went through, for messages. */
      readonly proxy: string | undefined;
    };

/** Sends requests, each once. */
export interface Transport {
  /** Never rejects. */
  send(
    request: HttpRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AttemptResult>;
  /** Closes the connections that nobody uses, and keeps no others. Requests may still be sent. */
  close(): void;
}

interface Attempt {
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** Never goes back to false: from the first ready connection on, the server may have everything. */
  sent: boolean;
  reused: boolean;
  /** Which of its own limits ended it. */
  over: "connect" | "attempt" | undefined;
  proxy: ProxyServer | undefined;
  /** Ends it because of one of its limits. */
  end(over: "connect" | "attempt"): void;
  /** Registers what is cancelled when the attempt has ended. */
  onDispose(cancel: () => void): void;
  dispose(): void;
}

/**
 * HTTP through axios, which is loaded with the first request: kept-alive connections, proxies from the environment,
 * certificates always verified, redirects never followed, responses limited in size and time.
 */
export function createTransport(limits: TransportLimits): Transport {
  let loading: Promise<LoadedHttp> | undefined;
  let isClosed = false;
  const send: Transport["send"] = async (request, headers, signal) => {
    loading ??= loadHttp();
    const { axios, agents, start, caProblems } = await loading;
    const attempt = startAttempt(request, signal, limits);
    try {
      attempt.proxy = proxyFor(request.url);
      const {
        data,
        status,
        statusText,
        headers: received,
      } = await axios.request<string>({
        adapter: "http",
        method: request.method,
        url: request.url.href,
        headers: { ...headers },
        data: request.body === undefined ? undefined : JSON.stringify(request.body),
        signal: attempt.signal,
        transport: {
          request: (options: RequestOptions, respond: () => void) => {
            const outgoing = start(Object.assign(options, { [TUNNEL_SIGNAL]: attempt.signal }), respond);
            watchConnection(outgoing, limits.connectMs, attempt);
            return outgoing;
          },
        },
        ...agents(request.url, attempt.proxy, request.once || isClosed),
        proxy: forwarding(request.url, attempt.proxy),
        maxRedirects: 0,
        maxContentLength: LIMITS.responseBytes,
        responseType: "text",
        transformRequest: [],
        transformResponse: [],
        validateStatus: null,
      });
      if (status === 407 && attempt.proxy !== undefined) {
        throw new TunnelError(`${attempt.proxy.name} refused the request: ${status} ${statusText}`, true);
      }
      const body = typeof data === "string" ? data : "";
      return { kind: "response", response: { status, statusText, headers: textHeaders(received), body } };
    } catch (error) {
      const { sent, proxy } = attempt;
      return { kind: "failure", sent, proxy: proxy?.name, ...explain(error, attempt, signal, caProblems()) };
    } finally {
      attempt.dispose();
    }
  };
  return {
    send,
    close() {
      isClosed = true;
      void loading?.then(({ closeIdle }) => closeIdle());
    },
  };
}

interface LoadedHttp {
  readonly axios: AxiosStatic;
  /** Which certificate authorities of the environment could not be used. */
  caProblems(): readonly string[];
  /** The agent for a request, by the name that axios gives to the kind that it needs. */
  agents(
    url: URL,
    proxy: ProxyServer | undefined,
    isFresh: boolean,
  ): { readonly httpAgent: HttpAgent } | { readonly httpsAgent: HttpsAgent };
  start(options: RequestOptions, respond: () => void): ClientRequest;
  closeIdle(): void;
}

async function loadHttp(): Promise<LoadedHttp> {
  const [{ default: axios }, http, https, tls, { readAuthorities }] = await Promise.all([
    import("axios") as Promise<{ default: AxiosStatic }>,
    import("node:http"),
    import("node:https"),
    import("node:tls"),
    import("./certificate-authorities.ts"),
  ]);
  let trusted: { readonly options: AgentOptions; readonly problems: readonly string[] } | undefined;
  /** How the certificate of a server is verified; reads the environment's authorities before the first one. */
  const trust = () => {
    if (trusted !== undefined) return trusted;
    const { ca, problems } = readAuthorities(() => tls.rootCertificates);
    // Stated here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot send a credential to another server.
    const options = {
      rejectUnauthorized: true,
      ...(ca && { secureContext: tls.createSecureContext({ ca: [...ca] }) }),
    };
    trusted = { options, problems };
    return trusted;
  };
  const kept: AgentOptions = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const fresh: AgentOptions = { keepAlive: false };
  const plain = { kept: new http.Agent(kept), fresh: new http.Agent(fresh) };
  const secure = new Map<string, HttpsAgent>();
  const secureAgent = (proxy: ProxyServer | undefined, isFresh: boolean): HttpsAgent => {
    const key = JSON.stringify([proxy, isFresh]);
    const known = secure.get(key);
    if (known !== undefined) return known;
    const options = { ...(isFresh ? fresh : kept), ...trust().options };
    const agent = proxy ? createTunnelAgent(proxy, { http, https, tls }, options) : new https.Agent(options);
    secure.set(key, agent);
    return agent;
  };
  return {
    axios,
    agents(url, proxy, isFresh) {
      if (url.protocol === "https:") return { httpsAgent: secureAgent(proxy, isFresh) };
      // A request for http is sent to the proxy itself.
      return proxy?.protocol === "https:"
        ? { httpsAgent: secureAgent(undefined, isFresh) }
        : { httpAgent: isFresh ? plain.fresh : plain.kept };
    },
    caProblems: () => trusted?.problems ?? [],
    start: (options, respond) => (options.protocol === "https:" ? https : http).request(options, respond),
    closeIdle() {
      for (const agent of [plain.kept, ...secure.values()]) {
        for (const sockets of Object.values(agent.freeSockets)) {
          for (const socket of sockets ?? []) socket.destroy();
        }
      }
    },
  };
}

/** How axios is to use a proxy: for plain http it sends the request to it; for https the agent makes a tunnel. */
function forwarding(url: URL, proxy: ProxyServer | undefined): AxiosProxyConfig | false {
  if (proxy === undefined || url.protocol === "https:") return false;
  const [username = "", ...rest] = proxy.credentials?.split(":") ?? [];
  const { protocol, hostname: host, port } = proxy;
  const auth = proxy.credentials === undefined ? {} : { auth: { username, password: rest.join(":") } };
  return { protocol, host, port, ...auth };
}

/** One signal for the call's end and the attempt's own limits; a request that must not be repeated gets its grace. */
function startAttempt(request: HttpRequest, signal: AbortSignal, limits: TransportLimits): Attempt {
  const link = linkSignals();
  const limitMs = request.once ? limits.onceAttemptMs : limits.attemptMs;
  const cancels: (() => void)[] = [];
  const attempt: Attempt = {
    signal: link.signal,
    limitMs,
    sent: false,
    reused: false,
    over: undefined,
    proxy: undefined,
    end(over) {
      attempt.over ??= over;
      link.abort();
    },
    onDispose: (cancel) => cancels.push(cancel),
    dispose() {
      for (const cancel of cancels) cancel();
    },
  };
  attempt.onDispose(after(limitMs, () => attempt.end("attempt")));
  const endWithCall = () => {
    if (request.once && attempt.sent) attempt.onDispose(after(limits.onceGraceMs, () => link.abort()));
    else link.abort();
  };
  attempt.onDispose(onAbort(signal, endWithCall));
  return attempt;
}

/** Finds out when the connection is ready to carry the request, and gives up on one that takes too long. */
function watchConnection(outgoing: ClientRequest, connectMs: number, attempt: Attempt): void {
  const cancelTimer = after(connectMs, () => attempt.end("connect"));
  attempt.onDispose(cancelTimer);
  outgoing.once("socket", (socket: Socket & Partial<Pick<TLSSocket, "encrypted" | "authorized">>) => {
    const ready = () => {
      cancelTimer();
      attempt.sent = true;
    };
    attempt.reused = outgoing.reusedSocket;
    const secure = socket.encrypted === true;
    // A tunnel is connected before its handshake has begun. Certificates are always verified, so afterwards it is authorized.
    const pending = socket.connecting || (secure && socket.authorized !== true);
    if (!pending) ready();
    else socket.once(secure ? "secureConnect" : "connect", ready);
  });
}

interface Explanation {
  readonly outcome: OutcomeName;
  readonly detail: string;
}

/** Why an attempt has no response. What it said of itself comes before what its error says, which is often a consequence. */
function explain(
  error: unknown,
  attempt: Attempt,
  signal: AbortSignal,
  caProblems: readonly string[],
): Explanation {
  const { code, message, cause } = factsOf(error);
  const through = attempt.proxy === undefined ? "" : ` through ${attempt.proxy.name}`;
  const noConnection = attempt.proxy === undefined ? "not_connected" : "proxy_failed";
  if (cause instanceof ProxyError) return { outcome: "proxy_refused", detail: message };
  if (cause instanceof TunnelError) {
    return { outcome: cause.isRefused ? "proxy_refused" : "proxy_failed", detail: message };
  }
  if (attempt.over === "connect") {
    const outcome = attempt.proxy === undefined ? "not_connected" : "proxy_silent";
    return { outcome, detail: `the connection attempt timed out${through}` };
  }
  if (attempt.over === "attempt") {
    const detail = `there was no complete response${through} within ${attempt.limitMs / 1000} s`;
    return { outcome: attempt.sent ? "slow" : noConnection, detail };
  }
  if (signal.aborted) return { outcome: "aborted", detail: "the request was aborted" };
  if (isNotTls(code, message)) {
    return { outcome: "not_tls", detail: `the server does not use TLS${through} (${code})` };
  }
  if (isTlsError(code)) {
    const facts = [`${code}: ${message}`, ...caProblems].join("; ");
    return { outcome: "untrusted", detail: `the TLS connection failed${through} (${facts})` };
  }
  if (code === "ENOTFOUND" && attempt.proxy === undefined) {
    return { outcome: "unknown_host", detail: "the host name could not be resolved" };
  }
  if (!attempt.sent) {
    return { outcome: noConnection, detail: `the connection failed${through} (${code || message})` };
  }
  if (code.startsWith("HPE_") || code.startsWith("Z_") || `${code}${message}`.includes("exceeded")) {
    return { outcome: "unreadable", detail: `the response could not be read (${message})` };
  }
  if (attempt.reused && code === "ECONNRESET") {
    return { outcome: "stale_connection", detail: "the kept-alive connection was closed" };
  }
  return {
    outcome: "lost",
    detail: `the connection${through} was lost before the response was complete (${code || message})`,
  };
}

function isNotTls(code: string, message: string): boolean {
  return /wrong.version.number|packet.length.too.long|http.request/i.test(`${code} ${message}`);
}

function isTlsError(code: string): boolean {
  return ["CERT", "SELF_SIGNED", "UNABLE_TO_", "ERR_TLS", "ERR_SSL", "EPROTO"].some((part) =>
    code.includes(part),
  );
}

function factsOf(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly cause: unknown;
} {
  if (!(error instanceof Error)) return { code: "", message: String(error), cause: undefined };
  const { code } = error as NodeJS.ErrnoException;
  const isOwn = error instanceof ProxyError || error instanceof TunnelError;
  return { code: code ?? "", message: error.message, cause: isOwn ? error : error.cause };
}

function textHeaders(headers: object): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) texts[name.toLowerCase()] = String(value);
  return texts;
}
