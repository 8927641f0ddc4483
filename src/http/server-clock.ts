import type { Clock } from "../base/clock.ts";

/** What time it is for the server, as far as its responses show. */
export interface ServerClock {
  /** Takes the Date header of a response. */
  note(dateHeader: string | undefined): void;
  /** Epoch milliseconds by the server's clock, to about a second; this machine's time before the first response. */
  now(): number;
}

/** A server clock that knows nothing yet. */
export function createServerClock(clock: Clock): ServerClock {
  let aheadMs = 0;
  return {
    note(dateHeader) {
      const serverNow = Date.parse(dateHeader ?? "");
      if (!Number.isNaN(serverNow)) aheadMs = serverNow - clock.now();
    },
    now: () => clock.now() + aheadMs,
  };
}
