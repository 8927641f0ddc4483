/** What went wrong with a request, as a word that code can branch on. */
export type OutcomeCode =
  | "redirected"
  | "invalid_request"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "unavailable"
  | "not_supported"
  | "connection"
  | "timeout"
  | "aborted"
  | "malformed_response";

/** How often a request is sent again after an outcome, and how long it waits. */
export interface RetryRule {
  /** `every` request, or only those that are `repeatable`: a second time does no harm. */
  readonly requests: "every" | "repeatable";
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Whether the attempts go on until the operation's deadline where it has one, because outages end. */
  readonly untilDeadline?: boolean;
  /** The first wait is random between 0 and this; the bound doubles with each attempt. */
  readonly initialMs: number;
  readonly maxMs: number;
  /** Whether a retry takes from the budget that all requests to the service share. */
  readonly budgeted: boolean;
}

/** What an outcome means. */
export interface Outcome {
  readonly code: OutcomeCode;
  /** Absent where another attempt cannot help. */
  readonly retry?: RetryRule;
  /** Whether a wait goes on after it: the same request may succeed later, with no change by the user. */
  readonly survivable: boolean;
  /** Whether the server may have acted on a request that it received. */
  readonly mayHaveActed: boolean;
  /** What the user can do. `{service}`, `{origin}` and `{proxy}` stand for what the request went to. */
  readonly remedy?: string;
}

const REFUSED = { survivable: false, mayHaveActed: false } as const;
const TRY_LATER = "This is usually temporary; try again later";
const CHECK_NETWORK = "Check the network, the proxy settings and the endpoint {origin}";
const CHECK_PROXY = "Check {proxy}";
const MORE_TIME = "Try again later, or allow more time in timeouts";

/**
 * Every way a request can end but with a 2xx: whether it is retried and for which requests, whether a wait survives it, and
 * what the user can do. The only place that decides this.
 */
export const OUTCOMES = {
  /** 3xx: never followed, because the token must not reach another host. */
  redirected: { ...REFUSED, code: "redirected" },
  /** 303: what was created is somewhere else. */
  see_other: { ...REFUSED, code: "redirected", mayHaveActed: true },
  /** 4xx that the others do not name. */
  invalid: { ...REFUSED, code: "invalid_request" },
  unauthorized: { ...REFUSED, code: "unauthorized" },
  forbidden: { ...REFUSED, code: "forbidden" },
  /** 404 and 410. */
  not_found: { ...REFUSED, code: "not_found" },
  /** 409, and 423: something else keeps the server from doing this now. */
  conflict: { ...REFUSED, code: "conflict" },
  /** 429, by which a server says that it did nothing. */
  rate_limited: {
    code: "rate_limited",
    retry: {
      requests: "every",
      attempts: 20,
      untilDeadline: true,
      // The limiter keeps the requests of all operations apart; this only mixes their order.
      initialMs: 500,
      maxMs: 2_000,
      budgeted: false,
    },
    survivable: true,
    mayHaveActed: false,
    remedy:
      "The {service} service limits the rate of requests; try again later or lower Terraform's -parallelism",
  },
  /** 408, 502, 503 and 504, also with Retry-After: an outage. A gateway may have passed the request on. */
  unavailable: {
    code: "unavailable",
    retry: {
      requests: "repeatable",
      attempts: 8,
      untilDeadline: true,
      initialMs: 500,
      maxMs: 5_000,
      budgeted: true,
    },
    survivable: true,
    mayHaveActed: true,
    remedy: TRY_LATER,
  },
  /** 500 and any other 5xx: an error of the server, which often depends on the request and then never ends. */
  server_error: {
    code: "unavailable",
    retry: { requests: "repeatable", attempts: 8, initialMs: 500, maxMs: 20_000, budgeted: true },
    survivable: true,
    mayHaveActed: true,
    remedy: TRY_LATER,
  },
  /** 501 and 505: the server never does this. */
  not_supported: { code: "not_supported", survivable: false, mayHaveActed: true },
  /** No connection, so nothing was sent. */
  not_connected: {
    code: "connection",
    retry: { requests: "every", attempts: 6, initialMs: 250, maxMs: 10_000, budgeted: true },
    survivable: true,
    mayHaveActed: false,
    remedy: CHECK_NETWORK,
  },
  /** The host name could not be resolved. */
  unknown_host: {
    code: "connection",
    retry: { requests: "every", attempts: 3, initialMs: 250, maxMs: 10_000, budgeted: true },
    survivable: true,
    mayHaveActed: false,
    remedy: CHECK_NETWORK,
  },
  /** The server does not use TLS, mostly on an http port. */
  not_tls: {
    ...REFUSED,
    code: "connection",
    remedy: "Check the port of {origin}, and whether the URL should begin with http://",
  },
  /** The certificate is not trusted. */
  untrusted: {
    ...REFUSED,
    code: "connection",
    remedy:
      "If a company proxy inspects TLS, set SSL_CERT_FILE or NODE_EXTRA_CA_CERTS to its CA file; verification cannot be turned off",
  },
  /** The proxy cannot be reached, or could not reach the server. */
  proxy_failed: {
    code: "connection",
    retry: { requests: "every", attempts: 6, initialMs: 250, maxMs: 10_000, budgeted: true },
    survivable: true,
    mayHaveActed: false,
    remedy: CHECK_PROXY,
  },
  /** The proxy does not respond: a firewall that drops packets keeps doing so, and each attempt costs the whole limit. */
  proxy_silent: { code: "connection", survivable: true, mayHaveActed: false, remedy: CHECK_PROXY },
  /** The proxy refuses, or is of a kind that is not supported. */
  proxy_refused: { ...REFUSED, code: "connection", remedy: CHECK_PROXY },
  /** A kept-alive connection that turned out to be closed. */
  stale_connection: {
    code: "connection",
    retry: { requests: "repeatable", attempts: 6, initialMs: 0, maxMs: 0, budgeted: true },
    survivable: true,
    mayHaveActed: true,
    remedy: CHECK_NETWORK,
  },
  /** A connection that was lost after the request was sent. */
  lost: {
    code: "connection",
    retry: { requests: "repeatable", attempts: 6, initialMs: 250, maxMs: 10_000, budgeted: true },
    survivable: true,
    mayHaveActed: true,
    remedy: CHECK_NETWORK,
  },
  /** No complete response within the limit of an attempt. */
  slow: {
    code: "timeout",
    retry: { requests: "repeatable", attempts: 3, initialMs: 250, maxMs: 10_000, budgeted: true },
    survivable: true,
    mayHaveActed: true,
    remedy: MORE_TIME,
  },
  /** No HTTP, too large, wrongly compressed, or a 2xx whose body is not what was expected. */
  unreadable: { code: "malformed_response", survivable: false, mayHaveActed: true },
  /** The call's signal was aborted. */
  aborted: { code: "aborted", survivable: false, mayHaveActed: true },
  /** The call's deadline passed. */
  deadline: { code: "timeout", survivable: false, mayHaveActed: true, remedy: MORE_TIME },
} as const satisfies Readonly<Record<string, Outcome>>;

/** The name of an outcome in the table. */
export type OutcomeName = keyof typeof OUTCOMES;

/** The outcome that a status stands for; null for a 2xx. */
export function outcomeOfStatus(status: number): OutcomeName | null {
  if (status >= 200 && status < 300) return null;
  if (status < 400) return status === 303 ? "see_other" : "redirected";
  const name = STATUSES[status];
  if (name !== undefined) return name;
  return status < 500 ? "invalid" : "server_error";
}

const STATUSES: Readonly<Record<number, OutcomeName>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  408: "unavailable",
  409: "conflict",
  410: "not_found",
  423: "conflict",
  429: "rate_limited",
  501: "not_supported",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
  505: "not_supported",
};

/** What an outcome means. */
export function outcomeOf(name: OutcomeName): Outcome {
  return OUTCOMES[name];
}
