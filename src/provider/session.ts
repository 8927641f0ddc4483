import type { Call } from "../framework/call.ts";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import type { Call as ApiCall } from "../kakaocloud/call.ts";
import type { KakaoCloud } from "../kakaocloud/client.ts";
import { type CreateLedger, createLedger } from "./create-ledger.ts";

/** What resources get from configure. */
export interface Session {
  /** The API client. Throws `DiagnosticError` while the provider's configuration depends on values not known yet. */
  kakaocloud(): KakaoCloud;
  /** The creates of this process, so that one never takes another's image for its own. */
  readonly creates: CreateLedger;
}

/** A session for a configuration that is known. */
export function openSession(kakaocloud: KakaoCloud): Session {
  return { kakaocloud: () => kakaocloud, creates: createLedger() };
}

/** A session for a plan in which the named attributes are still unknown: plans of new resources need no API. */
export function pendingSession(unknown: readonly string[]): Session {
  return {
    creates: createLedger(),
    kakaocloud() {
      throw new DiagnosticError(
        errorDiagnostic(
          "Provider Configuration Not Known Yet",
          `The provider needs ${unknown.join(" and ")} to read existing objects, but in this plan the value depends on ` +
            "something that is only known after apply. Apply that first (terraform apply -target=…), or give a value " +
            "that is known at plan.",
        ),
      );
    },
  };
}

/** The bounds of an operation as the API client takes them. */
export function apiCall({
  signal,
  deadline,
  log,
}: Pick<Call<unknown>, "signal" | "deadline" | "log">): ApiCall {
  const apiLog = log.with({}, "kakaocloud");
  return { signal, deadline, log: (level, message, fields) => apiLog.log(level, message, fields) };
}
