import type { Call } from "../framework/call.ts";
import type { Call as ApiCall } from "../kakaocloud/call.ts";

/** The bounds of an operation as the API client takes them. */
export function apiCall({
  signal,
  deadline,
  log,
}: Pick<Call<unknown>, "signal" | "deadline" | "log">): ApiCall {
  const apiLog = log.with({}, "kakaocloud");
  return { signal, deadline, log: (level, message, fields) => apiLog.log(level, message, fields) };
}
