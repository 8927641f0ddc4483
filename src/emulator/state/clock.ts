/** The emulator's clock. Everything that depends on time reads it, so moving it moves images, tokens and shares. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Moves the clock forward; works with a real clock too (it then stays ahead). */
  advance(milliseconds: number): void;
}

/** Where the clock ends up when it is moved too far: every time can still be written with a year of four digits. */
const LAST_MS = Date.UTC(9000, 0, 1);

/**
 * A real clock runs with the machine from `baseMs` on; a virtual one stands still until it is advanced.
 * Without `baseMs` both begin at the machine's time.
 */
export function createClock(mode: "real" | "virtual", baseMs: number | undefined): Clock {
  const running = () => (mode === "real" ? Math.round(performance.now()) : 0);
  let offset = (baseMs ?? Date.now()) - running();
  return {
    now: () => running() + offset,
    advance: (milliseconds) => {
      offset = Math.min(offset + milliseconds, LAST_MS - running());
    },
  };
}

/** How the API writes times; `naive` (no zone) is a text that strict clients refuse. */
export type TimeFormat = "seconds" | "millis" | "micros" | "kst" | "naive";

const KST_OFFSET_MS = 9 * 3_600_000;

/** Writes a time in the chosen form, e.g. `2025-03-04T05:06:07Z` for `seconds`. */
export function formatTime(milliseconds: number, format: TimeFormat): string {
  const text = new Date(milliseconds).toISOString();
  switch (format) {
    case "seconds":
      return `${text.slice(0, 19)}Z`;
    case "millis":
      return text;
    case "micros":
      return `${text.slice(0, 23)}000Z`;
    case "kst":
      return `${new Date(milliseconds + KST_OFFSET_MS).toISOString().slice(0, 19)}+09:00`;
    case "naive":
      return text.slice(0, 19);
  }
}
