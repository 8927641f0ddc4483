import { formatDurationMs } from "../base/duration.ts";
import type { Redactor } from "../base/redaction.ts";
import type { RequestFailure } from "../http/client.ts";
import { OUTCOMES } from "../http/outcomes.ts";
import type { HttpResponse } from "../http/request.ts";
import type { ApiRequest } from "./api-request.ts";
import { type ErrorBody, readErrorBody } from "./error-body.ts";
import {
  isKakaoCloudError,
  KakaoCloudError,
  type KakaoCloudErrorCode,
  type KakaoCloudErrorDetails,
} from "./errors.ts";

/** What the user can do where KakaoCloud's own settings are concerned; the other outcomes hold their remedies themselves. */
const REMEDIES: Partial<Record<KakaoCloudErrorCode, string>> = {
  unauthorized: "The {credential} may have been deleted or expired, or its role may have changed",
  forbidden: "The project or the role of the access key does not allow this",
  credentials_rejected:
    "The {credential} may be wrong, deleted or expired. Check application_credential_id and application_credential_secret " +
    "in the provider block, or the environment variables KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and " +
    "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET",
  quota_exceeded:
    "The project has reached {quota} of the {service} service. Delete what is no longer needed, or request a higher quota in " +
    "the KakaoCloud console",
  ambiguous_write: "The request may still have taken effect; check that before you try again",
  malformed_response: "This response is not from the KakaoCloud API; check {endpoint}",
  not_supported: "The KakaoCloud API supports this; check {endpoint}",
  redirected:
    "Redirects are not followed, because the token must not reach another host{location}; check {endpoint}",
};

/** The client's errors about single requests. Texts from outside are masked and shortened by the redactor. */
export interface RequestErrors {
  /** The error for a request that came to no 2xx response. */
  of(failure: RequestFailure<ApiRequest>): KakaoCloudError;
  /** The error for a 2xx response whose body is not what the API gives. */
  unreadable(request: ApiRequest, response: HttpResponse, problem: string): KakaoCloudError;
}

/** What remedies name of the user's configuration, see `KakaoCloudOptions`. */
export interface NamedSettings {
  readonly endpointsSetting: string;
  readonly credentialName: string;
}

/** @param named what remedies name of the user's configuration */
export function createRequestErrors(redactor: Redactor, named: NamedSettings): RequestErrors {
  const of = (failure: RequestFailure<ApiRequest>): KakaoCloudError => {
    const { request, outcome, response, sent, retryAfterMs, previous, mayHaveActedBefore } = failure;
    const body = response && readErrorBody(response.body, redactor);
    const code = codeOf(failure, body);
    return new KakaoCloudError({
      ...common(request, response, redactor),
      code,
      reason: body === undefined ? withoutResponse(failure, redactor) : responded(failure, body, redactor),
      remedy: remedyOf(code, failure, named, redactor, body),
      status: response?.status,
      apiCode: body?.code,
      apiMessage: body?.message,
      retryAfterMs,
      sent,
      mayHaveActedBefore,
      cause: isKakaoCloudError(previous) ? previous : undefined,
      transient: code === outcome.code && outcome.survivable,
    });
  };
  const unreadable = (request: ApiRequest, response: HttpResponse, problem: string): KakaoCloudError => {
    const failure = {
      request,
      name: "unreadable",
      outcome: OUTCOMES.unreadable,
      response,
      sent: true,
    } as const;
    const code = codeOf(failure, undefined);
    return new KakaoCloudError({
      ...common(request, response, redactor),
      code,
      reason: `${serviceOf(request)} returned ${response.status}, but the response could not be understood: ${redactor.quote(problem)}`,
      remedy: remedyOf(code, failure, named, redactor),
      status: response.status,
      sent: true,
    });
  };
  return { of, unreadable };
}

function codeOf(
  { request, outcome, response, sent }: RequestFailure<ApiRequest>,
  body: ErrorBody | undefined,
): KakaoCloudErrorCode {
  if (request.phase === "token" && (outcome.code === "unauthorized" || outcome.code === "forbidden")) {
    return "credentials_rejected";
  }
  if (request.once && sent && outcome.mayHaveActed) return "ambiguous_write";
  // Only the service itself can say that an object does not exist: a proxy or a wrong endpoint also returns 404, and what is
  // returned for a token or an endpoint is not about an object.
  const isAboutObject = request.phase === "request";
  if (outcome.code === "not_found" && response !== undefined && (!isAboutObject || body?.shape !== "service"))
    return "malformed_response";
  if (quotaOf(response, body) !== undefined) return "quota_exceeded";
  return outcome.code === "conflict" && !isAboutObject ? "invalid_request" : outcome.code;
}

/** The quota that a refusal is about, in words; undefined when it is about something else. */
function quotaOf(response: HttpResponse | undefined, body: ErrorBody | undefined): string | undefined {
  if (response === undefined || !QUOTA_STATUSES.has(response.status)) return undefined;
  const said = `${body?.code ?? ""} ${body?.message ?? ""}`;
  if (!QUOTA_WORDS.test(said)) return undefined;
  const [, name] = QUOTA_NAME.exec(body?.message ?? "") ?? [];
  return name === undefined ? "a quota" : `the quota "${name}"`;
}

const QUOTA_STATUSES: ReadonlySet<number> = new Set([403, 409, 413]);
const QUOTA_WORDS =
  /quota|(?:over|exceed\w{0,4}|reached)\b[^.]{0,40}\b(?:limit|maximum)|limit\b[^.]{0,20}\b(?:exceeded|reached)|limit ?exceeded|too many (?:images|members)|할당량|쿼터|한도/i;
/** `Quota exceeded for images: …`, `image_count_total is at or over allowed limit of 10`, `The image quota is exceeded`. */
const QUOTA_NAME =
  /(?:quota exceeded for(?: (?:the )?(?:resources?|quota))?:? ?\[?['"]?|^(?=[\w-]+ is at or over)|\bthe (?=[\w-]+ quota\b))([a-z][\w-]{0,60})/i;

/** A service that has failed for less is not said to have failed for so long. */
const SHORTEST_OUTAGE_MS = 1_000;

function responded(
  { request, response, failingForMs = 0 }: RequestFailure<ApiRequest>,
  body: ErrorBody,
  redactor: Redactor,
): string {
  const said = [body.message, body.code === undefined ? undefined : `(${body.code})`]
    .filter(Boolean)
    .join(" ");
  const status = `${response?.status} ${redactor.quote(response?.statusText ?? "")}`.trim();
  const duration = failingForMs < SHORTEST_OUTAGE_MS ? "" : ` for ${formatDurationMs(failingForMs)}`;
  const has = duration === "" ? "" : "has ";
  return `${serviceOf(request)} ${has}returned ${status}${duration}${said === "" ? " without a reason" : `: ${said}`}`;
}

function withoutResponse(
  { request, name, sent, detail, proxy }: RequestFailure<ApiRequest>,
  redactor: Redactor,
): string {
  if (name === "aborted" || name === "deadline") {
    const ended = name === "aborted" ? "it was interrupted" : "the time allowed for the operation ran out";
    const through = proxy === undefined ? "" : ` through ${proxy}`;
    return sent || proxy !== undefined ? `${ended} before ${serviceOf(request)} responded${through}` : ended;
  }
  if (!sent || name.startsWith("proxy_")) {
    return `could not connect to ${serviceOf(request)}: ${redactor.quote(detail ?? "")}`;
  }
  return `${serviceOf(request)} returned no usable response: ${redactor.quote(detail ?? "")}`;
}

function remedyOf(
  code: KakaoCloudErrorCode,
  failure: RequestFailure<ApiRequest>,
  { endpointsSetting, credentialName }: NamedSettings,
  redactor: Redactor,
  body?: ErrorBody,
): string | undefined {
  const { request, outcome, response, proxy } = failure;
  const { service, url } = request;
  const text = REMEDIES[code] ?? outcome.remedy;
  const values: Readonly<Record<string, string>> = {
    service,
    origin: url.origin,
    proxy: proxy ?? "the proxy settings in the environment",
    endpoint: `the endpoint of the ${service} service, ${url.origin}, ${endpointsSetting}`,
    location: locationOf(response, redactor),
    credential: credentialName,
    quota: quotaOf(response, body) ?? "a quota",
  };
  return text?.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

function locationOf(response: HttpResponse | undefined, redactor: Redactor): string {
  const location = response?.headers.location;
  if (location === undefined || !URL.canParse(location)) return "";
  return ` (it points to ${redactor.quote(new URL(location).host)})`;
}

function common(
  request: ApiRequest,
  response: HttpResponse | undefined,
  redactor: Redactor,
): Omit<KakaoCloudErrorDetails, "code" | "reason"> {
  const { operation, phase, method, url } = request;
  const { requestId } = response ?? {};
  return {
    operation,
    phase,
    endpoint: serviceOf(request),
    method,
    path: url.pathname,
    requestId: requestId === undefined ? undefined : redactor.quote(requestId),
  };
}

function serviceOf({ service, url }: ApiRequest): string {
  return `the ${service} service at ${url.origin}`;
}
