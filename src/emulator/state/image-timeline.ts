/** A status and the moment from which it holds (milliseconds since the Unix epoch). `null` is sent as a JSON null. */
export interface Phase {
  readonly status: string | null;
  readonly atMs: number;
}

/** The status of an image that no longer exists: every request for it returns 404. */
export const DELETED = "(deleted)";

const PENDING: ReadonlySet<string | null> = new Set(["queued", "saving", "importing", "uploading"]);

/** How one image's life differs from the settings'; everything is relative to the moment of its creation. */
export interface Lifecycle {
  readonly queuedMs?: number;
  readonly savingMs?: number;
  /** The image never leaves this status. */
  readonly stuckIn?: "queued" | "saving";
  /** The status that follows saving; `active` by default. */
  readonly end?: string | null;
  /** Further statuses, each so long after the one before; `(deleted)` deletes the image. */
  readonly later?: readonly { readonly status: string | null; readonly afterMs: number }[];
}

/** The statuses that a new image will go through. Nothing ticks: the status is computed when it is read. */
export function planTimeline(
  startMs: number,
  queuedMs: number,
  savingMs: number,
  life: Lifecycle = {},
): Phase[] {
  const timeline: Phase[] = [{ status: "queued", atMs: startMs }];
  if (life.stuckIn === "queued") return timeline;
  let atMs = startMs + (life.queuedMs ?? queuedMs);
  timeline.push({ status: "saving", atMs });
  if (life.stuckIn === "saving") return timeline;
  atMs += life.savingMs ?? savingMs;
  timeline.push({ status: life.end === undefined ? "active" : life.end, atMs });
  for (const { status, afterMs } of life.later ?? []) {
    atMs += afterMs;
    timeline.push({ status, atMs });
  }
  return timeline;
}

/** The phase that holds at a moment: the last one that has begun. */
export function phaseAt(timeline: readonly Phase[], nowMs: number): Phase {
  let current = timeline[0] ?? { status: DELETED, atMs: 0 };
  for (const phase of timeline) {
    if (phase.atMs > nowMs) break;
    current = phase;
  }
  return current;
}

/** The timeline after something happened now: what has begun stays, what was planned is replaced. */
export function changeTimeline(timeline: readonly Phase[], nowMs: number, next: readonly Phase[]): Phase[] {
  return [...timeline.filter((phase) => phase.atMs <= nowMs), ...next];
}

/** Whether the image has ever been active, that is, whether its size is known. */
export function hasBeenActive(timeline: readonly Phase[], nowMs: number): boolean {
  return timeline.some(
    (phase) => phase.atMs <= nowMs && (phase.status === "active" || phase.status === "deactivated"),
  );
}

/** Whether the image's volume is still being read. */
export function isPending(timeline: readonly Phase[], nowMs: number): boolean {
  return PENDING.has(phaseAt(timeline, nowMs).status);
}
