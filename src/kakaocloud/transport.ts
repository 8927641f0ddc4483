import type { ClientRequest, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AxiosStatic } from "axios";
import { linkSignals } from "./signals.ts";

const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** How long the parts of one attempt may take, in milliseconds. */
export interface TransportLimits {
  /** From asking for a connection until it is ready, TLS included. */
  readonly connectMs: number;
  /** The whole attempt, body included, of a request that may be repeated. */
  readonly attemptMs: number;
  /** The whole attempt of a request that must not be repeated: patience is cheaper than doubt. */
  readonly onceAttemptMs: number;
  /**
   * How much longer than its call such a request, once sent, may go on to learn its outcome. Short enough that an
   * interrupt is answered within a second, long enough for an answer that is on its way.
   */
  readonly onceGraceMs: number;
}

/** The limits unless told otherwise. */
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

/** One HTTP request. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Sent over a connection of its own, so that a closed kept-alive connection cannot make its outcome doubtful. */
  readonly once: boolean;
}

/** An answer with its body as text, or the reason why there is none. Plain values: no headers or bodies of the request in them. */
export type HttpResult =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly statusText: string;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly kind: "failure";
      /** `ended`: by the signal. `untrusted`: the certificate. `unreadable`: not HTTP, too large, or wrongly compressed. */
      readonly failure:
        | "not_connected"
        | "unknown_host"
        | "untrusted"
        | "stale_connection"
        | "lost"
        | "slow"
        | "unreadable"
        | "ended";
      /** Whether a connection was ready, so that the server may have received the request. */
      readonly sent: boolean;
      /** In words, for a person. */
      readonly detail: string;
    };

/** Sends one request once. Never rejects. */
export type Transport = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResult>;

interface Watch {
  /** Never goes back to false: from the first ready connection on, the server may have everything. */
  sent: boolean;
  reused: boolean;
  connectTimedOut: boolean;
}

/**
 * HTTP through axios, which is loaded with the first request: kept-alive connections, proxies from the environment,
 * certificates always verified, redirects never followed, answers limited in size and time.
 */
export function createTransport(limits: TransportLimits): Transport {
  let loading: ReturnType<typeof loadHttp> | undefined;
  return async (request, signal) => {
    loading ??= loadHttp();
    const { axios, agents, start } = await loading;
    const watch: Watch = { sent: false, reused: false, connectTimedOut: false };
    const attempt = limitAttempt(request, signal, limits, watch);
    try {
      const response = await axios.request<string>({
        adapter: "http",
        method: request.method,
        url: request.url,
        headers: { ...request.headers },
        data: request.body,
        signal: attempt.signal,
        transport: {
          request: (options: RequestOptions, answer: () => void) => {
            const outgoing = start(options, answer);
            watchConnection(outgoing, limits.connectMs, watch);
            return outgoing;
          },
        },
        ...(request.once ? agents.fresh : agents.kept),
        maxRedirects: 0,
        maxContentLength: MAX_RESPONSE_BYTES,
        responseType: "text",
        transformRequest: [],
        transformResponse: [],
        validateStatus: null,
      });
      return {
        kind: "answer",
        status: response.status,
        statusText: response.statusText,
        headers: textHeaders(response.headers),
        body: typeof response.data === "string" ? response.data : "",
      };
    } catch (error) {
      return { kind: "failure", sent: watch.sent, ...explain(error, attempt, watch, signal) };
    } finally {
      attempt.dispose();
    }
  };
}

async function loadHttp() {
  const [{ default: axios }, http, https] = await Promise.all([
    import("axios") as Promise<{ default: AxiosStatic }>,
    import("node:http"),
    import("node:https"),
  ]);
  // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot hand a credential to anybody.
  const trust = { rejectUnauthorized: true };
  return {
    axios,
    agents: {
      kept: {
        httpAgent: new http.Agent({ keepAlive: true }),
        httpsAgent: new https.Agent({ keepAlive: true, ...trust }),
      },
      fresh: {
        httpAgent: new http.Agent({ keepAlive: false }),
        httpsAgent: new https.Agent({ keepAlive: false, ...trust }),
      },
    },
    start: (options: RequestOptions, answer: () => void): ClientRequest =>
      (options.protocol === "https:" ? https : http).request(options, answer),
  };
}

/** One signal for the call's end and the attempt's own limit; a request that must not be repeated gets its grace. */
function limitAttempt(request: HttpRequest, signal: AbortSignal, limits: TransportLimits, watch: Watch) {
  const link = linkSignals();
  let slow = false;
  const limitMs = request.once ? limits.onceAttemptMs : limits.attemptMs;
  const timers = [
    setTimeout(() => {
      slow = true;
      link.abort();
    }, limitMs),
  ];
  const end = () => {
    if (request.once && watch.sent) timers.push(setTimeout(link.abort, limits.onceGraceMs));
    else link.abort();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return {
    signal: link.signal,
    limitMs,
    isSlow: () => slow,
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener("abort", end);
    },
  };
}

/** Finds out when the connection is ready to carry the request, and gives up on one that takes too long. */
function watchConnection(outgoing: ClientRequest, connectMs: number, watch: Watch): void {
  const timer = setTimeout(() => {
    watch.connectTimedOut = true;
    outgoing.destroy(new Error("no connection in time"));
  }, connectMs);
  outgoing.once("close", () => clearTimeout(timer));
  outgoing.once("socket", (socket: Socket & Partial<Pick<TLSSocket, "encrypted">>) => {
    const ready = () => {
      clearTimeout(timer);
      watch.sent = true;
    };
    watch.reused = outgoing.reusedSocket;
    const secure = socket.encrypted === true;
    const pending = socket.connecting || (secure && (socket as TLSSocket).getProtocol() === null);
    if (!pending) ready();
    else socket.once(secure ? "secureConnect" : "connect", ready);
  });
}

type Failure = Omit<Extract<HttpResult, { kind: "failure" }>, "kind" | "sent">;

function explain(
  error: unknown,
  attempt: { isSlow(): boolean; readonly limitMs: number },
  watch: Watch,
  signal: AbortSignal,
): Failure {
  const { code, message } = errorFacts(error);
  if (watch.connectTimedOut)
    return { failure: "not_connected", detail: "no connection could be made in time" };
  if (attempt.isSlow()) {
    const detail = `there was no complete answer within ${attempt.limitMs / 1000} s`;
    return { failure: watch.sent ? "slow" : "not_connected", detail };
  }
  if (signal.aborted) return { failure: "ended", detail: "the request was cut short" };
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return { failure: "untrusted", detail: `no trusted TLS connection could be made (${code}: ${message})` };
  }
  if (code === "ENOTFOUND") return { failure: "unknown_host", detail: "the host name has no address" };
  if (!watch.sent)
    return { failure: "not_connected", detail: `no connection could be made (${code || message})` };
  if (/^HPE_|^Z_|exceeded/.test(code) || message.includes("exceeded")) {
    return { failure: "unreadable", detail: `the answer could not be read (${message})` };
  }
  if (watch.reused && code === "ECONNRESET") {
    return { failure: "stale_connection", detail: "the kept-alive connection was closed" };
  }
  return {
    failure: "lost",
    detail: `the connection broke before the answer was complete (${code || message})`,
  };
}

function errorFacts(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: "", message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return { code: code ?? "", message: error.message };
}

function textHeaders(headers: object): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) texts[name.toLowerCase()] = String(value);
  return texts;
}
