import { type ErrorBody, readErrorBody } from "./error-body.ts";
import {
  KakaoCloudError,
  type KakaoCloudErrorCode,
  type KakaoCloudErrorDetails,
  type Phase,
} from "./errors.ts";
import type { Secrets } from "./secrets.ts";
import type { HttpResult } from "./transport.ts";

/** What is known of a request when its outcome has to be told. */
export interface RequestFacts {
  readonly operation: string;
  readonly phase: Phase;
  readonly service: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly search: string;
  /** Whether doing it twice would do harm. */
  readonly once: boolean;
  readonly requestId: string | undefined;
  /** Where the user sets endpoints, see `KakaoCloudOptions`. */
  readonly endpointsSetting: string;
}

type Answered = Extract<HttpResult, { kind: "answer" }>;
type Failed = Extract<HttpResult, { kind: "failure" }>;

const REMEDIES: Partial<Record<KakaoCloudErrorCode, string>> = {
  unauthorized: "The application credential may have been deleted, or its role may have changed",
  forbidden: "The application credential's project or role does not allow this",
  rate_limited:
    "KakaoCloud limits how often it can be called; try again later or lower Terraform's -parallelism",
  unavailable: "This is usually temporary; try again later",
  credentials_rejected:
    "Check application_credential_id and application_credential_secret in the provider block, or the environment variables " +
    "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET",
  ambiguous_write: "It may have taken effect all the same; look for its result before trying again",
};

/** The error for an answer that is not a 2xx. */
export function answerError(
  facts: RequestFacts,
  answer: Answered,
  retryAfterMs: number | undefined,
  secrets: Secrets,
): KakaoCloudError {
  const body = readErrorBody(secrets.redact(answer.body));
  const code = codeOf(facts, answer.status, body.shape);
  const said = [body.message, body.code === undefined ? undefined : `(${body.code})`]
    .filter(Boolean)
    .join(" ");
  const status = `${answer.status} ${secrets.redact(answer.statusText)}`.trim();
  return new KakaoCloudError({
    ...common(facts),
    code,
    reason: `${serviceName(facts)} answered ${status}${said === "" ? " without saying why" : `: ${said}`}`,
    remedy: remedyOf(code, facts, answer),
    status: answer.status,
    apiCode: body.code,
    apiMessage: body.message,
    retryAfterMs,
    sent: true,
    transient: code === "rate_limited" || code === "unavailable",
  });
}

/** The error for an attempt without an answer. `ended` says by which bound of the call, if by one. */
export function failureError(
  facts: RequestFacts,
  { failure, sent, detail }: Failed,
  ended: "aborted" | "timeout" | null,
  secrets: Secrets,
): KakaoCloudError {
  const cut = failure === "ended";
  const plain = cut ? (ended ?? "timeout") : FAILURE_CODES[failure];
  const code = sent && facts.once ? "ambiguous_write" : plain;
  const reason = cut
    ? `${plain === "aborted" ? "it was interrupted" : "the time allowed for the operation ran out"} while ${serviceName(facts)} had not answered yet`
    : `${serviceName(facts)} gave no usable answer: ${secrets.redact(detail)}`;
  return new KakaoCloudError({
    ...common(facts),
    code,
    reason,
    remedy: failure === "untrusted" ? trustRemedy : remedyOf(code, facts, undefined),
    sent,
    transient: !cut && failure !== "untrusted" && failure !== "unreadable",
  });
}

/** The error for a 2xx answer whose body is not what the API gives. */
export function unreadableError(facts: RequestFacts, status: number, problem: string): KakaoCloudError {
  const code = facts.once ? "ambiguous_write" : "malformed_response";
  return new KakaoCloudError({
    ...common(facts),
    code,
    reason: `${serviceName(facts)} answered ${status}, but the answer could not be understood: ${problem}`,
    remedy: remedyOf(code, facts, undefined),
    status,
    sent: true,
  });
}

const FAILURE_CODES = {
  not_connected: "connection",
  unknown_host: "connection",
  untrusted: "connection",
  stale_connection: "connection",
  lost: "connection",
  slow: "timeout",
  unreadable: "malformed_response",
} as const satisfies Record<Exclude<Failed["failure"], "ended">, KakaoCloudErrorCode>;

const trustRemedy =
  "If a company proxy signs certificates itself, name its CA file in NODE_EXTRA_CA_CERTS; verification cannot be turned off";

function codeOf(facts: RequestFacts, status: number, shape: ErrorBody["shape"]): KakaoCloudErrorCode {
  if (facts.phase === "token" && (status === 401 || status === 403)) return "credentials_rejected";
  if (status < 400) return facts.once && status === 303 ? "ambiguous_write" : "redirected";
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  // Only the service itself can say that an object is gone: a proxy or a wrong address also answers 404.
  if (status === 404 || status === 410) return shape === "service" ? "not_found" : "malformed_response";
  if (status === 409) return "conflict";
  if (status === 429) return "rate_limited";
  if (status < 500 && status !== 408) return "invalid_request";
  return facts.once ? "ambiguous_write" : "unavailable";
}

function remedyOf(
  code: KakaoCloudErrorCode,
  facts: RequestFacts,
  answer: Answered | undefined,
): string | undefined {
  const address = `the address of the ${facts.service} service, ${facts.origin}, ${facts.endpointsSetting}`;
  if (code === "malformed_response") return `The KakaoCloud API does not answer like this; check ${address}`;
  if (code === "connection") return `Check the network, the proxy settings and ${facts.origin}`;
  if (code === "timeout") return "Try again later, or allow more time in timeouts";
  if (code === "redirected") {
    return `Redirects are not followed, because the token must not reach another host${locationOf(answer)}; check ${address}`;
  }
  return REMEDIES[code];
}

function locationOf(answer: Answered | undefined): string {
  const location = answer?.headers.location;
  if (location === undefined || !URL.canParse(location)) return "";
  return ` (it points to ${new URL(location).host})`;
}

function common(facts: RequestFacts): Omit<KakaoCloudErrorDetails, "code" | "reason"> {
  const { operation, phase, method, path, requestId } = facts;
  return { operation, phase, method, path, requestId };
}

function serviceName({ service, origin }: RequestFacts): string {
  return `the ${service} service at ${origin}`;
}
