import type { Clock } from "../base/clock.ts";
import { formatDurationMs } from "../base/duration.ts";
import type { Call } from "../framework/call.ts";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { OperationStopped } from "../framework/operation-stopped.ts";
import { attributePath } from "../framework/path.ts";
import type { TimeLimit } from "../framework/timeouts.ts";
import { isKakaoCloudError, type KakaoCloudError } from "../kakaocloud/errors.ts";
import type { Progress } from "./poll.ts";

/** What is being done, for the summary and the detail of a diagnostic. */
export interface OperationLabel {
  /** A verb and a noun: `create image`. */
  readonly action: string;
  /** The thing itself as a person would find it: `image "golden-web"`, `image 3c0f5b1e-…`. */
  readonly subject: string;
  /** The attribute to blame, where there is one. */
  readonly attribute?: string;
}

/** What an operation knows beside the error. */
export interface Circumstances {
  /** What was waited for and did not happen: `the image did not become active`. */
  readonly unmet?: string;
  /** What a wait has seen; the last failed poll counts as the last error. */
  readonly progress?: Progress;
  /** Facts that help to find the object: `image ID …`, `last status "saving"`. */
  readonly facts?: readonly string[];
  /** What to do, in sentences. It replaces the error's own remedy. */
  readonly remedy?: string | undefined;
  /** What the state holds now, in sentences. It follows the remedy. */
  readonly kept?: string;
}

/** The bounds of an operation, as far as a failure is explained by them. */
export type ExplainedCall = Pick<
  Call<{ readonly clock: Clock }>,
  "client" | "signal" | "deadline" | "startedAt" | "limit"
>;

/**
 * The one explanation of a failure: what could not be done, why, what to do, and the technical facts. Where a time limit or
 * the user ended the operation, it names the limit and the last error, because that error may be why the time was not enough.
 *
 * @returns a `DiagnosticError`, or what was thrown where that is one already or a bug
 */
export function explain(
  label: OperationLabel,
  thrown: unknown,
  call?: ExplainedCall,
  { unmet, progress, facts = [], remedy, kept }: Circumstances = {},
): unknown {
  const isApiError = isKakaoCloudError(thrown);
  if (!isApiError && !(thrown instanceof OperationStopped)) return thrown;
  const ended = call && stopReason(call);
  const stopped = ended ?? (call && isApiError ? outOfTime(thrown, call) : undefined);
  // A refusal that came before the end is the reason by itself; a wait would have gone on after any other error.
  const isEnd = !isApiError || thrown.transient || isKakaoCloudError(thrown, "timeout", "aborted");
  const error = isApiError ? thrown : progress?.lastError;
  // An attempt that was interrupted comes with the refusal of the attempt before it.
  const last = error?.cause ?? error;
  if (call === undefined || stopped === undefined || !isEnd) {
    if (!isApiError) return thrown;
    const reason = unmet === undefined ? reasonOf(thrown) : `${unmet}: ${reasonOf(thrown)}`;
    return problem(
      label,
      withFacts(reason, facts),
      sentences(remedy ?? thrown.remedy, kept),
      technical(thrown),
    );
  }
  const reason = ended === undefined ? tooLateReason(call, unmet) : endReason(ended, call, unmet);
  const more = stopped.reason === "deadline" ? limitRemedy(call.limit) : undefined;
  return problem(
    label,
    withFacts(`${reason}${lastErrorOf(last, progress)}`, facts),
    sentences(remedy, kept, more),
    last && technical(last),
  );
}

/** An error for the user: what could not be done, why, what to do, and the technical facts. */
export function problem(
  { action, subject, attribute }: OperationLabel,
  reason: string,
  remedy?: string,
  facts?: string,
): DiagnosticError {
  const paragraphs = [
    `Could not ${verb(action)} ${subject}: ${endSentence(reason)}`,
    remedy && endSentence(remedy),
    facts,
  ];
  return new DiagnosticError(
    errorDiagnostic(
      `Unable to ${capitalizeWords(action)}`,
      paragraphs.filter(Boolean).join("\n\n"),
      attribute === undefined ? undefined : attributePath(attribute),
    ),
  );
}

/** Why the operation had to end, when its own bounds ended it; undefined when something else went wrong. */
export function stopReason({
  client,
  signal,
  deadline,
}: Pick<ExplainedCall, "client" | "signal" | "deadline">): OperationStopped | undefined {
  if (signal.aborted && signal.reason instanceof OperationStopped) return signal.reason;
  // The API client watches the same deadline, and its timer may go off first.
  return client.clock.now() >= deadline ? new OperationStopped("deadline") : undefined;
}

/** The longest that the API client waits between two attempts, unless Retry-After is longer. */
const LONGEST_RETRY_DELAY_MS = 30_000;

/** The client does not wait for an attempt that would come after the deadline: then it is the limit that ended the operation. */
function outOfTime(
  { transient, retryAfterMs = 0 }: KakaoCloudError,
  { client, deadline }: ExplainedCall,
): OperationStopped | undefined {
  const isNear = client.clock.now() + Math.max(LONGEST_RETRY_DELAY_MS, retryAfterMs) >= deadline;
  return transient && isNear ? new OperationStopped("deadline") : undefined;
}

/** Why an operation had to end, with the name of its time limit. */
export function endReason(
  { reason, message }: OperationStopped,
  { client, startedAt, limit }: ExplainedCall,
  unmet?: string,
): string {
  const elapsed = formatDurationMs(client.clock.now() - startedAt);
  if (reason !== "deadline") return `${message} after ${elapsed}`;
  const allowed = `the time allowed by timeouts.${limit.operation}`;
  return unmet === undefined
    ? `${allowed} ran out after ${elapsed}`
    : `${unmet} within ${allowed}, which ran out after ${elapsed}`;
}

/** Why an operation ends before its limit does. */
function tooLateReason({ client, startedAt, limit }: ExplainedCall, unmet: string | undefined): string {
  const elapsed = formatDurationMs(client.clock.now() - startedAt);
  const reason = `the time allowed by timeouts.${limit.operation} is too short for another attempt after ${elapsed}`;
  return unmet === undefined ? reason : `${unmet}, and ${reason}`;
}

/** The facts that a support case needs: operation, request, status, codes. */
export function technical(error: KakaoCloudError): string {
  const facts = [
    `API operation ${error.operation}`,
    error.method && error.path && `${error.method} ${error.path}`,
    error.status && `status ${error.status}`,
    error.apiCode && `code ${error.apiCode}`,
    error.requestId && `request ID ${error.requestId}`,
  ];
  return `(${facts.filter(Boolean).join(", ")})`;
}

/** A limit that is read from the state only changes with an apply, and that apply must not run into the limit. */
function limitRemedy({ operation, ms, savedInState }: TimeLimit): string {
  const setting = `timeouts = { ${operation} = "${formatDurationMs(Math.max(HOUR_MS, 2 * ms))}" }`;
  return savedInState
    ? `To allow more time, set ${setting} and run terraform apply -refresh=false once: until then the limit saved in the state applies.`
    : `Try again, or allow more time: ${setting}.`;
}

const HOUR_MS = 60 * 60_000;

function lastErrorOf(last: KakaoCloudError | undefined, progress: Progress | undefined): string {
  if (last === undefined) return "";
  if (!isKakaoCloudError(last, "timeout", "aborted")) return `; the last error: ${reasonOf(last)}`;
  const before = progress?.lastError;
  if (before !== undefined && before !== last) return lastErrorOf(before, undefined);
  return `, before ${last.endpoint ?? "KakaoCloud"} responded to ${last.operation}`;
}

function reasonOf(error: KakaoCloudError): string {
  const during = {
    token: " while getting a token",
    discovery: " while looking up the service endpoints",
    request: "",
  };
  return `${error.reason}${during[error.phase]}`;
}

const withFacts = (reason: string, facts: readonly string[]): string =>
  facts.length === 0 ? reason : `${reason} (${facts.join(", ")})`;

const verb = (action: string): string => action.split(" ")[0] ?? action;

const endSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const sentences = (...texts: readonly (string | undefined)[]): string =>
  texts.flatMap((text) => (text ? endSentence(text) : [])).join(" ");

const capitalizeWords = (text: string): string => text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
