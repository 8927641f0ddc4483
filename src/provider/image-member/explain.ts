import type { Call } from "../../framework/call.ts";
import { type Diagnostic, DiagnosticError } from "../../framework/diagnostics.ts";
import type { TimedOperation } from "../../framework/timeouts.ts";
import { isKakaoCloudError, type KakaoCloudError } from "../../kakaocloud/errors.ts";
import { ended, failure, problem, technical, type Undertaking } from "../explain.ts";
import type { Change, FailedChange } from "./changes.ts";

const UNTOUCHED = "The state holds what is really shared: run terraform apply again to do the rest.";

/**
 * One error for the user about every change that failed. Projects that failed for one reason are told together.
 * What is no API error is a bug and comes back as it is.
 */
export function explainFailedChanges(
  imageId: string,
  failed: readonly FailedChange[],
  operation: TimedOperation,
  call: Call<unknown>,
): unknown {
  const bug = failed.find(({ error }) => !isKakaoCloudError(error) && error !== call.signal.reason);
  if (bug) return bug.error;

  const groups = new Map<string, FailedChange[]>();
  for (const change of failed) {
    const { kind, error } = change;
    const oneReason = call.signal.aborted || !isKakaoCloudError(error);
    const key = oneReason ? kind : `${kind} ${error.code} ${error.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  const diagnostics = [...groups.values()].flatMap((group) => explainGroup(imageId, group, operation, call));
  return new DiagnosticError(...diagnostics);
}

function explainGroup(
  imageId: string,
  group: readonly FailedChange[],
  operation: TimedOperation,
  call: Call<unknown>,
): readonly Diagnostic[] {
  const { kind, error } = group[0] ?? { kind: "add", error: undefined };
  const undertaking = { ...undertakingOf(kind, imageId, group), attribute: "shared_member_ids" };
  const reason = ended(call, operation, error);
  if (reason !== undefined) {
    const remedy = [reason.remedy, UNTOUCHED].filter(Boolean).join(" ");
    const facts = isKakaoCloudError(error) ? technical(error) : undefined;
    return problem(undertaking, reason.text, remedy, facts).diagnostics;
  }
  const explained = isKakaoCloudError(error) && failure(undertaking, error, remedyOf(kind, error));
  return explained instanceof DiagnosticError ? explained.diagnostics : [];
}

function undertakingOf(kind: Change["kind"], imageId: string, changes: readonly Change[]): Undertaking {
  const ids = changes.map(({ id }) => id).sort();
  const projects = `${ids.length === 1 ? "project" : "projects"} ${ids.join(", ")}`;
  return kind === "add"
    ? { action: "share image", subject: `image ${imageId} with ${projects}` }
    : { action: "unshare image", subject: `image ${imageId} from ${projects}` };
}

function remedyOf(kind: Change["kind"], error: KakaoCloudError): string {
  const notThere =
    kind === "add" && error.code === "not_found"
      ? "Check shared_member_ids: each must be the id of a project that exists."
      : error.remedy && `${error.remedy}.`;
  return [notThere, UNTOUCHED].filter(Boolean).join(" ");
}
