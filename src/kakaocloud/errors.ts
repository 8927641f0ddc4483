import type { OutcomeCode } from "../http/outcomes.ts";
import type { SingleFlightErrors } from "../http/single-flight.ts";

/**
 * What went wrong, as a word that code may branch on.
 *
 * - `not_found`: the API itself says that the object does not exist.
 * - `unauthorized`: 401 even with a fresh token. `forbidden`: 403. `conflict`: 409 or 423. `invalid_request`: any other 4xx.
 * - `rate_limited`: 429 for longer than the operation may wait. `unavailable`: 5xx (or 408) after the retries.
 * - `not_supported`: 501 or 505, which no other attempt changes.
 * - `timeout`: an attempt's limit or the operation's deadline passed. `aborted`: the call's signal was aborted.
 * - `connection`: no response arrived (refused, reset, name not found, TLS).
 * - `ambiguous_write`: a create may or may not have happened; look for the object before trying again.
 * - `malformed_response`: a response that this API does not return (HTML, empty, wrong types, a 404 from some other server).
 * - `too_large`: a list beyond every bound.
 * - `redirected`: a 3xx, never followed, because the token must not reach another host.
 * - `discovery_failed`: the endpoints of the services could not be found out. `credentials_rejected`: IAM refuses the credential.
 * - `quota_exceeded`: 403, 409 or 413 whose text names a quota.
 * - `invalid_endpoint`: a base URL that is not an absolute http(s) URL.
 */
export type KakaoCloudErrorCode =
  | OutcomeCode
  | "ambiguous_write"
  | "too_large"
  | "discovery_failed"
  | "credentials_rejected"
  | "quota_exceeded"
  | "invalid_endpoint";

/** Which step failed: issuing the token, resolving the endpoints of the services, or the request itself. */
export type Phase = "token" | "discovery" | "request";

/** Everything an error knows. Unknown facts are absent. */
export interface KakaoCloudErrorDetails {
  readonly code: KakaoCloudErrorCode;
  /** The API's name of the operation: `GetImage`, `IssueToken`, … */
  readonly operation: string;
  readonly phase: Phase;
  /** What happened, in words for a person, without the operation's name. */
  readonly reason: string;
  /** What the user can do about it, a full sentence. */
  readonly remedy?: string | undefined;
  /** What the request went to: `the image service at https://…`. */
  readonly endpoint?: string | undefined;
  readonly method?: string | undefined;
  /** The request path without host and query. */
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  /** `error.code` of the body, as text. */
  readonly apiCode?: string | undefined;
  /** `error.message` of the body, or the validation details in words. */
  readonly apiMessage?: string | undefined;
  readonly requestId?: string | undefined;
  /** What Retry-After says, in milliseconds from the response. */
  readonly retryAfterMs?: number | undefined;
  /** Whether the server may have received the (last) request. */
  readonly sent?: boolean | undefined;
  /** Whether an earlier attempt of the same request may have taken effect. */
  readonly mayHaveActedBefore?: boolean | undefined;
  /** Whether the same call may succeed later without any change by the user. */
  readonly transient?: boolean | undefined;
  readonly cause?: KakaoCloudError | undefined;
}

/**
 * The only error that the client throws. `code` is stable; `message` is for a person: operation, reason, request id, remedy.
 * It never carries a token, a secret, a header or a request body, so it may be logged whole.
 */
export class KakaoCloudError extends Error {
  override readonly name = "KakaoCloudError";
  override readonly cause: KakaoCloudError | undefined;
  readonly code: KakaoCloudErrorCode;
  readonly operation: string;
  readonly phase: Phase;
  readonly reason: string;
  readonly remedy: string | undefined;
  readonly endpoint: string | undefined;
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;
  readonly apiCode: string | undefined;
  readonly apiMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly sent: boolean;
  readonly mayHaveActedBefore: boolean;
  readonly transient: boolean;

  constructor(details: KakaoCloudErrorDetails) {
    super(messageOf(details));
    this.cause = details.cause;
    this.code = details.code;
    this.operation = details.operation;
    this.phase = details.phase;
    this.reason = details.reason;
    this.remedy = details.remedy;
    this.endpoint = details.endpoint;
    this.method = details.method;
    this.path = details.path;
    this.status = details.status;
    this.apiCode = details.apiCode;
    this.apiMessage = details.apiMessage;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.sent = details.sent ?? false;
    this.mayHaveActedBefore = details.mayHaveActedBefore ?? false;
    this.transient = details.transient ?? false;
  }
}

/** Whether a caught value is the client's error, optionally with one of the given codes. */
export function isKakaoCloudError<C extends KakaoCloudErrorCode>(
  value: unknown,
  ...codes: readonly C[]
): value is KakaoCloudError & { readonly code: C } {
  return (
    value instanceof KakaoCloudError && (codes.length === 0 || codes.some((code) => code === value.code))
  );
}

/** The same error with some details replaced: how an outer step says what a failure of an inner one means. */
export function restate(
  error: KakaoCloudError,
  changes: Partial<KakaoCloudErrorDetails> & Pick<KakaoCloudErrorDetails, "code">,
): KakaoCloudError {
  return new KakaoCloudError({ ...error, reason: error.reason, cause: error, ...changes });
}

/** The failures of a request that several calls share. `endpoint` is what it goes to, in words. */
export function flightErrors(operation: string, phase: Phase, endpoint: string): SingleFlightErrors {
  return {
    ended: (why) =>
      new KakaoCloudError({
        operation,
        phase,
        endpoint,
        code: why === "aborted" ? "aborted" : "timeout",
        reason: why === "aborted" ? "it was interrupted" : "the time allowed for the operation ran out",
      }),
    needsTime: (error) => isKakaoCloudError(error) && (error.transient || error.code === "timeout"),
  };
}

/** What failed, why and what to do, without the request id. */
export function sentencesOf({
  operation,
  reason,
  remedy,
}: Pick<KakaoCloudErrorDetails, "operation" | "reason" | "remedy">): string {
  const failure = `${operation} failed: ${sentence(reason)}`;
  return remedy === undefined ? failure : `${failure} ${sentence(remedy)}`;
}

function messageOf(details: KakaoCloudErrorDetails): string {
  const { requestId } = details;
  const parts = [sentencesOf(details)];
  if (requestId !== undefined) parts.push(`Request ID: ${requestId}.`);
  return parts.join(" ");
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
