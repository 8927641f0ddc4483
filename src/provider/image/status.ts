/** What an image's status means for an operation that waits for it. */
export type ImagePhase = "pending" | "ready" | "failed" | "deleted";

/** The one list of image statuses; every other one, null and new ones included, is pending. */
const PHASES: ReadonlyMap<string, ImagePhase> = new Map([
  ["active", "ready"],
  ["killed", "failed"],
  ["error", "failed"],
  ["deactivated", "failed"],
  ["deleted", "deleted"],
  ["pending_delete", "deleted"],
]);

/** The meaning of a status, whatever its case. */
export function imagePhase(status: string | null): ImagePhase {
  return PHASES.get(status?.toLowerCase() ?? "") ?? "pending";
}
