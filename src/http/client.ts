import { type Bounds, createBounds } from "../base/bounds.ts";
import type { CallLog, CallOptions } from "../base/call.ts";
import type { Clock } from "../base/clock.ts";
import type { Limiter } from "./limiter.ts";
import type { Outages } from "./outages.ts";
import { type Outcome, type OutcomeName, outcomeOf, outcomeOfStatus } from "./outcomes.ts";
import type { HttpRequest, HttpResponse } from "./request.ts";
import { parseRetryAfter, type Retries } from "./retries.ts";
import type { ServerClock } from "./server-clock.ts";
import type { AttemptResult, Transport } from "./transport.ts";

/** A request that came to no 2xx response: everything that its error needs. */
export interface RequestFailure<R extends HttpRequest> {
  readonly request: R;
  readonly name: OutcomeName;
  readonly outcome: Outcome;
  /** Absent when there was none. */
  readonly response?: HttpResponse | undefined;
  /** Why there was no response, in words. */
  readonly detail?: string | undefined;
  /** The proxy that the request went through. */
  readonly proxy?: string | undefined;
  /** Whether the server may have received the request. */
  readonly sent: boolean;
  /** The error of the attempt before, when the operation ended while it waited for the next. */
  readonly previous?: Error | undefined;
  /** What Retry-After says, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Whether an earlier attempt may have taken effect although it came to no 2xx response. */
  readonly mayHaveActedBefore?: boolean | undefined;
  /** For how long the service has returned nothing but 5xx, in milliseconds. */
  readonly failingForMs?: number | undefined;
}

/** Sends requests until they succeed or the policy gives up. */
export interface HttpClient<R extends HttpRequest> {
  /** The 2xx response. Throws the API's own error (see `HttpClientParts.errorOf`) for everything else. */
  send(request: R, options?: CallOptions): Promise<HttpResponse>;
}

/** What a client needs. */
export interface HttpClientParts<R extends HttpRequest> {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly retries: Retries;
  readonly outages: Outages;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  /** The headers of a request; the token is absent for a request that needs none. */
  readonly headers: (token: string | undefined) => Readonly<Record<string, string>>;
  /** The response headers that may hold the server's name of the request, the best first. */
  readonly requestIdHeaders: readonly string[];
  /** The error of the API. */
  readonly errorOf: (failure: RequestFailure<R>) => Error & { readonly code: string };
  readonly log: CallLog | undefined;
  /** The module that log lines name. */
  readonly logModule: string;
}

/** The loop around single attempts: a token for each call, one renewal on 401, retries, deadline, one log line per attempt. */
export function createHttpClient<R extends HttpRequest>(parts: HttpClientParts<R>): HttpClient<R> {
  return {
    async send(request, options) {
      const bounds = createBounds(options, parts.clock);
      try {
        return await sendUntilDone(parts, request, options, bounds);
      } finally {
        bounds.dispose();
      }
    },
  };
}

async function sendUntilDone<R extends HttpRequest>(
  parts: HttpClientParts<R>,
  request: R,
  options: CallOptions | undefined,
  bounds: Bounds,
): Promise<HttpResponse> {
  const { clock, retries, outages } = parts;
  const { tokens, once, service } = request;
  const log = (options?.log ?? parts.log)?.with({}, parts.logModule);
  let token = await tokens?.get(options);
  let isRenewed = false;
  let lastError: Error | undefined;
  let mayHaveActedBefore = false;
  for (let attempt = 1; ; attempt += 1) {
    const startedAt = clock.now();
    const result = await sendOnce(parts, request, token, bounds);
    if (result === "ended") throw endedError(parts, request, bounds, lastError);
    const report = (level: "debug" | "warn", fields: LogFields) =>
      logAttempt(log, level, request, result, {
        attempt,
        duration_ms: clock.now() - startedAt,
        ...fields,
      });

    if (result.kind === "response" && outcomeOfStatus(result.response.status) === null) {
      report("debug", {});
      return result.response;
    }
    const failure: RequestFailure<R> = {
      ...failureOf(request, result, bounds, parts),
      mayHaveActedBefore,
    };
    mayHaveActedBefore ||= failure.sent && failure.outcome.mayHaveActed;
    if (failure.name === "unauthorized" && token !== undefined && !isRenewed) {
      report("debug", { token_renewed: true });
      isRenewed = true;
      tokens?.invalidate(token);
      token = await tokens?.get(options);
      continue;
    }
    // An attempt that was cut off says less than the refusal before it.
    const isCut = result.kind === "failure" && result.outcome === "aborted";
    const error = parts.errorOf(isCut ? { ...failure, previous: lastError } : failure);
    lastError = error;
    const { retry } = failure.outcome;
    const { retryAfterMs } = failure;
    const { deadline } = bounds;
    const delayMs = retry
      ? retries.delay({ service, rule: retry, attempt, once, retryAfterMs, deadline })
      : null;
    report(retry === undefined && failure.response !== undefined ? "debug" : "warn", {
      error: error.code,
      ...(delayMs !== null && { retry_in_ms: Math.round(delayMs) }),
    });
    if (delayMs === null) throw error;
    try {
      // What Retry-After says holds whatever other requests see.
      if (retryAfterMs === undefined) await outages.wait(service, delayMs, bounds.signal);
      else await clock.wait(delayMs, bounds.signal);
    } catch {
      throw endedError(parts, request, bounds, lastError);
    }
  }
}

type Attempt =
  | { readonly kind: "response"; readonly response: HttpResponse }
  | Extract<AttemptResult, { kind: "failure" }>;

async function sendOnce<R extends HttpRequest>(
  parts: HttpClientParts<R>,
  request: R,
  token: string | undefined,
  bounds: Bounds,
): Promise<Attempt | "ended"> {
  const slot = await parts.limiter.enter(request.service, bounds.signal).catch(() => null);
  if (slot === null) return "ended";
  const result = await parts.transport.send(request, parts.headers(token), bounds.signal);
  if (result.kind === "failure") {
    slot.leave(false);
    return result;
  }
  const { status, headers } = result.response;
  parts.serverClock.note(headers.date);
  if (outcomeOfStatus(status) === "rate_limited") {
    slot.slowDown(parseRetryAfter(headers["retry-after"], headers.date, parts.clock.now()));
  } else {
    slot.leave(status < 500);
    if (status < 500) parts.outages.succeeded(request.service);
    else parts.outages.failed(request.service);
  }
  const requestId = parts.requestIdHeaders.map((name) => headers[name]).find((id) => id !== undefined);
  return { kind: "response", response: { ...result.response, requestId } };
}

/** What went wrong with an attempt that has no 2xx response. */
function failureOf<R extends HttpRequest>(
  request: R,
  result: Attempt,
  bounds: Bounds,
  { clock, outages }: HttpClientParts<R>,
): RequestFailure<R> {
  if (result.kind === "failure") {
    const { sent, detail, proxy } = result;
    const name = result.outcome === "aborted" ? (bounds.ended() ?? "deadline") : result.outcome;
    return { request, name, outcome: outcomeOf(name), sent, detail, proxy };
  }
  const { response } = result;
  const name = outcomeOfStatus(response.status) ?? "unreadable";
  const { "retry-after": retryAfter, date } = response.headers;
  const retryAfterMs = parseRetryAfter(retryAfter, date, clock.now());
  const failingForMs = response.status >= 500 ? outages.failingForMs(request.service) : undefined;
  return { request, name, outcome: outcomeOf(name), response, sent: true, retryAfterMs, failingForMs };
}

/** An operation that runs out of time between attempts failed for the reason that the last attempt gave. */
function endedError<R extends HttpRequest>(
  parts: HttpClientParts<R>,
  request: R,
  bounds: Bounds,
  lastError: Error | undefined,
): Error {
  const name = bounds.ended() ?? "deadline";
  if (name === "deadline" && lastError !== undefined) return lastError;
  return parts.errorOf({ request, name, outcome: outcomeOf(name), sent: false, previous: lastError });
}

type LogFields = Readonly<Record<string, string | number | boolean | null>>;

function logAttempt(
  log: CallLog | undefined,
  level: "debug" | "warn",
  { operation, service, method, url }: HttpRequest,
  result: Attempt,
  fields: LogFields,
): void {
  if (log === undefined) return;
  const outcome = result.kind === "response" ? String(result.response.status) : result.outcome;
  log.log(level, `HTTP ${method} ${url.pathname}: ${outcome}`, {
    operation,
    service,
    host: url.origin,
    method,
    path: url.pathname,
    query: url.search.slice(1),
    status: result.kind === "response" ? result.response.status : null,
    request_id: result.kind === "response" ? (result.response.requestId ?? null) : null,
    ...fields,
  });
}
