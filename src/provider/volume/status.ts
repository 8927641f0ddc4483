/** Statuses of a volume that an image can be created from; in any other the API refuses for the time being. */
const USABLE: ReadonlySet<string> = new Set(["available", "in_use", "in-use", "reserved"]);

/** Whether a volume is occupied, so that a request that is refused now may be accepted later. */
export function isBusyStatus(status: string | null): boolean {
  return status !== null && !USABLE.has(status.toLowerCase()) && !/^error/i.test(status);
}
