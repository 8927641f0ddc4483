import { answerError, failureError, type RequestFacts } from "./answer-error.ts";
import type { Call, Log } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { KakaoCloudError, Phase } from "./errors.ts";
import type { Limiter } from "./limiter.ts";
import { parseRetryAfter, type Retries, type Trouble } from "./retry.ts";
import type { Secrets } from "./secrets.ts";
import type { ServerClock } from "./server-clock.ts";
import { type Bounds, createBounds, endedError } from "./signals.ts";
import type { HttpResult, Transport } from "./transport.ts";

const API_VERSION = "1.3.0";

/** Where tokens come from. */
export interface TokenSource {
  /** A token that is believed to be good. */
  get(call?: Call): Promise<string>;
  /** Says that this very token was refused; a newer one stays. */
  invalidate(token: string): void;
}

/** One request to a known address. */
export interface ExchangeRequest {
  readonly operation: string;
  readonly phase: Phase;
  /** The service key, for the limiter and for messages. */
  readonly service: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly method: string;
  /** Encoded, with a leading slash. */
  readonly path: string;
  /** Encoded, without the question mark; empty for none. */
  readonly search: string;
  readonly body?: unknown;
  /** Whether doing it twice would do harm. */
  readonly once: boolean;
  /** Absent for the request that issues the token. */
  readonly tokens?: TokenSource | undefined;
}

/** An answer with a 2xx status. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly facts: RequestFacts;
}

/** Sends a request as often as the policy says and gives back the 2xx answer. Throws `KakaoCloudError` for everything else. */
export type Exchange = (request: ExchangeRequest, call?: Call) => Promise<Answer>;

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly retries: Retries;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly secrets: Secrets;
  /** Where the user sets endpoints, see `KakaoCloudOptions`. */
  readonly endpointsSetting: string;
  readonly userAgent: string;
  readonly log: Log | undefined;
}

/** The loop around single attempts: a token for each call, one renewal on 401, retries, deadline, one log line per attempt. */
export function createExchange(parts: ExchangeParts): Exchange {
  return async (request, call) => {
    const bounds = createBounds(call, parts.clock);
    try {
      return await exchange(parts, request, call, bounds);
    } finally {
      bounds.dispose();
    }
  };
}

async function exchange(
  parts: ExchangeParts,
  request: ExchangeRequest,
  call: Call | undefined,
  bounds: Bounds,
): Promise<Answer> {
  const { clock, retries, secrets } = parts;
  const { tokens, once } = request;
  let token = await tokens?.get(call);
  let renewed = false;
  let failed: KakaoCloudError | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const startedAt = clock.now();
    const result = await sendOnce(parts, request, token, bounds);
    if (result === "ended") throw endOf(bounds, request, failed);
    const facts = { ...factsOf(request, result), endpointsSetting: parts.endpointsSetting };
    const report = (level: "debug" | "warn", fields: LogFields) =>
      logAttempt(call?.log ?? parts.log, level, facts, result, {
        attempt,
        duration_ms: clock.now() - startedAt,
        ...fields,
      });

    if (result.kind === "answer" && result.status >= 200 && result.status < 300) {
      report("debug", {});
      return { ...result, facts };
    }
    if (result.kind === "answer" && result.status === 401 && token !== undefined && !renewed) {
      report("debug", { token_renewed: true });
      renewed = true;
      tokens?.invalidate(token);
      token = await tokens?.get(call);
      continue;
    }
    const retryAfterMs = retryAfterOf(result, clock.now());
    failed =
      result.kind === "answer"
        ? answerError(facts, result, retryAfterMs, secrets)
        : failureError(facts, result, bounds.ended(), secrets);
    const trouble = troubleOf(result);
    const delayMs =
      trouble === null
        ? null
        : retries.delay({ trouble, attempt, once, retryAfterMs, deadline: bounds.deadline });
    report(trouble === null && result.kind === "answer" ? "debug" : "warn", {
      error: failed.code,
      ...(delayMs === null ? {} : { retry_in_ms: Math.round(delayMs) }),
    });
    if (delayMs === null) throw failed;
    try {
      await clock.wait(delayMs, bounds.signal);
    } catch {
      throw endOf(bounds, request, failed);
    }
  }
}

async function sendOnce(
  parts: ExchangeParts,
  request: ExchangeRequest,
  token: string | undefined,
  bounds: Bounds,
): Promise<HttpResult | "ended"> {
  const slot = await parts.limiter.enter(request.service, bounds.signal).catch(() => null);
  if (slot === null) return "ended";
  const search = request.search === "" ? "" : `?${request.search}`;
  const result = await parts.transport(
    {
      method: request.method,
      url: `${request.baseUrl}${request.path}${search}`,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "User-Agent": parts.userAgent,
        "X-Api-Version": API_VERSION,
        ...(token === undefined ? {} : { "X-Auth-Token": token }),
      },
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      once: request.once,
    },
    bounds.signal,
  );
  if (result.kind === "answer") parts.serverClock.note(result.headers.date);
  if (result.kind === "answer" && result.status === 429)
    slot.slowDown(retryAfterOf(result, parts.clock.now()));
  else slot.leave(result.kind === "answer" && result.status < 500);
  return result;
}

function troubleOf(result: HttpResult): Trouble | null {
  if (result.kind === "answer") {
    const { status } = result;
    if (status === 429) return "rate_limited";
    const final = status < 500 || status === 501 || status === 505;
    return final && status !== 408 ? null : "unavailable";
  }
  const { failure } = result;
  return failure === "untrusted" || failure === "unreadable" || failure === "ended" ? null : failure;
}

function retryAfterOf(result: HttpResult, now: number): number | undefined {
  if (result.kind !== "answer") return undefined;
  return parseRetryAfter(result.headers["retry-after"], result.headers.date, now);
}

function factsOf(request: ExchangeRequest, result: HttpResult): Omit<RequestFacts, "endpointsSetting"> {
  const { operation, phase, service, baseUrl, method, path, search, once } = request;
  const headers = result.kind === "answer" ? result.headers : {};
  return {
    operation,
    phase,
    service,
    origin: new URL(baseUrl).origin,
    method,
    path: `${new URL(baseUrl).pathname.replace(/\/$/, "")}${path}`,
    search,
    once,
    requestId: headers["x-request-id"] ?? headers["x-openstack-request-id"] ?? headers["x-correlation-id"],
  };
}

/** An operation that runs out of time between attempts failed for the reason that the last attempt gave. */
function endOf(
  bounds: Bounds,
  { operation, phase }: ExchangeRequest,
  failed: KakaoCloudError | undefined,
): KakaoCloudError {
  const why = bounds.ended() ?? "timeout";
  return why === "timeout" && failed !== undefined ? failed : endedError(why, { operation, phase });
}

type LogFields = Readonly<Record<string, string | number | boolean | null>>;

function logAttempt(
  log: Log | undefined,
  level: "debug" | "warn",
  facts: RequestFacts,
  result: HttpResult,
  fields: LogFields,
): void {
  if (log === undefined) return;
  const outcome = result.kind === "answer" ? String(result.status) : result.failure;
  log(level, `HTTP ${facts.method} ${facts.path}: ${outcome}`, {
    operation: facts.operation,
    service: facts.service,
    host: facts.origin,
    method: facts.method,
    path: facts.path,
    query: facts.search,
    status: result.kind === "answer" ? result.status : null,
    request_id: facts.requestId ?? null,
    ...fields,
  });
}
