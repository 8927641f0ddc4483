import { formatDurationMs } from "../base/duration.ts";
import type { Call } from "../framework/call.ts";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { OperationStopped } from "../framework/operation-stopped.ts";
import { attributePath } from "../framework/path.ts";
import type { TimedOperation } from "../framework/timeouts.ts";
import { isKakaoCloudError, type KakaoCloudError } from "../kakaocloud/errors.ts";

/** What was being done, for the summary (`create image`) and the detail (`golden-web`, an id, a volume). */
export interface Undertaking {
  /** A verb and a noun: `create image`. */
  readonly action: string;
  /** The thing itself as a person would find it: `image "golden-web"`, `image 3c0f5b1e-…`. */
  readonly subject: string;
  /** The attribute to blame, where there is one. */
  readonly attribute?: string;
}

/** An error for the user about a failed call, from whatever the call threw. What is no API error stays as it is. */
export function failure(undertaking: Undertaking, thrown: unknown, remedy?: string): unknown {
  if (!isKakaoCloudError(thrown)) return thrown;
  return problem(undertaking, reasonOf(thrown), remedy ?? thrown.remedy, technical(thrown));
}

/** An error for the user in the provider's one voice: what could not be done, why, what to do, and the technical facts. */
export function problem(
  { action, subject, attribute }: Undertaking,
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

/** Why the operation had to end, when it was its own bounds that ended it; undefined when something else went wrong. */
export function stopReason({
  signal,
  deadline,
}: Pick<Call<unknown>, "signal" | "deadline">): OperationStopped | undefined {
  if (signal.aborted && signal.reason instanceof OperationStopped) return signal.reason;
  // The API client watches the same deadline, and its timer may go off first.
  return Date.now() >= deadline ? new OperationStopped("deadline") : undefined;
}

/**
 * Why an operation had to end, in words, when it was its time limit or the user that ended it; undefined when something
 * else went wrong. What the last request had to say is told too, as it may be the reason that the time was not enough.
 */
export function ended(
  { signal, deadline, startedAt }: Pick<Call<unknown>, "signal" | "deadline" | "startedAt">,
  operation: TimedOperation,
  last: unknown,
): { readonly text: string; readonly remedy?: string } | undefined {
  const stopped = stopReason({ signal, deadline });
  if (stopped === undefined) return undefined;
  const elapsed = formatDurationMs(Date.now() - startedAt);
  const said =
    isKakaoCloudError(last) && !isKakaoCloudError(last, "timeout", "aborted")
      ? `; the last answer: ${reasonOf(last)}`
      : "";
  if (stopped.reason !== "deadline") return { text: `${stopped.message} after ${elapsed}${said}` };
  return {
    text: `the time allowed by timeouts.${operation} ran out after ${elapsed}${said}`,
    remedy: `Try again, or allow more time: timeouts = { ${operation} = "1h" }.`,
  };
}

function reasonOf(error: KakaoCloudError): string {
  const during = {
    token: " while getting a token",
    discovery: " while looking up the service addresses",
    request: "",
  };
  return `${error.reason}${during[error.phase]}`;
}

/** The facts that a support case needs: operation, request, status, codes. */
export function technical(error: KakaoCloudError): string {
  const facts = [
    `API operation ${error.operation}`,
    error.method && error.path && `${error.method} ${error.path}`,
    error.status && `status ${error.status}`,
    error.apiCode && `code ${error.apiCode}`,
    error.requestId && `request id ${error.requestId}`,
  ];
  return `(${facts.filter(Boolean).join(", ")})`;
}

const verb = (action: string): string => action.split(" ")[0] ?? action;

const endSentence = (text: string): string => (/[.!?)]$/.test(text) ? text : `${text}.`);

const capitalizeWords = (text: string): string => text.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
