import type { Clock } from "./clock.ts";

/** What time it is for KakaoCloud, as far as its answers tell. */
export interface ServerClock {
  /** Takes the Date header of an answer. */
  note(dateHeader: string | undefined): void;
  /** Epoch milliseconds by the server's clock, to about a second; this machine's time before the first answer. */
  now(): number;
}

export function createServerClock(clock: Clock): ServerClock {
  let aheadMs = 0;
  return {
    note(dateHeader) {
      const told = Date.parse(dateHeader ?? "");
      if (!Number.isNaN(told)) aheadMs = told - clock.now();
    },
    now: () => clock.now() + aheadMs,
  };
}
