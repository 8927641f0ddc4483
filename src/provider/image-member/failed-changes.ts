import type { Call } from "../../framework/call.ts";
import { type Diagnostic, DiagnosticError } from "../../framework/diagnostics.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import { explain, type OperationLabel } from "../explain.ts";
import type { Session } from "../session.ts";
import type { Change, FailedChange } from "./changes.ts";

const UNTOUCHED = "The state holds the shares that exist: run terraform apply again for the others.";

/**
 * One error for the user about every change that failed. Projects that failed for one reason share a diagnostic.
 * Anything but an API error is a bug and is returned as it is.
 */
export function explainFailedChanges(
  imageId: string,
  failed: readonly FailedChange[],
  call: Call<Session>,
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
  return new DiagnosticError(...[...groups.values()].flatMap((group) => explainGroup(imageId, group, call)));
}

function explainGroup(
  imageId: string,
  group: readonly FailedChange[],
  call: Call<Session>,
): readonly Diagnostic[] {
  const first = group.find(({ progress }) => progress.lastError !== undefined) ?? group[0];
  if (first === undefined) return [];
  const { kind, error, progress } = first;
  const label = { ...labelOf(kind, imageId, group), attribute: "shared_member_ids" };
  // One that was refused says more than one that was only interrupted.
  const refused = group.find(
    (change) => isKakaoCloudError(change.error) && change.error.status !== undefined,
  )?.error;
  const explained = explain(label, refused ?? error, call, {
    progress,
    remedy: isKakaoCloudError(refused ?? progress.lastError, "not_found")
      ? "Check shared_member_ids: each must be the ID of an existing project."
      : undefined,
    kept: UNTOUCHED,
  });
  return explained instanceof DiagnosticError ? explained.diagnostics : [];
}

function labelOf(kind: Change["kind"], imageId: string, changes: readonly Change[]): OperationLabel {
  const ids = changes.map(({ id }) => id).sort();
  const projects = `${ids.length === 1 ? "project" : "projects"} ${ids.join(", ")}`;
  return kind === "add"
    ? { action: "share image", subject: `image ${imageId} with ${projects}` }
    : { action: "unshare image", subject: `image ${imageId} from ${projects}` };
}
