import { LIMITS } from "./limits.ts";

/** Why a text is not a duration, in the words of Go's `time.ParseDuration`. */
export class DurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DurationError";
  }
}

const NS_PER_UNIT: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n], // micro sign
  ["\u03bcs", 1_000n], // Greek letter mu
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** One more than the largest duration; as a magnitude it is valid after a minus sign. */
const LIMIT = 2n ** 63n;
const NS_PER_MS = 1_000_000n;

/**
 * Reads a duration as Go's `time.ParseDuration` does: an optional sign, then numbers with units (`1h30m`, `1.5s`, `-2m`).
 *
 * @returns nanoseconds, within int64
 * @throws DurationError with Go's own text, or because the text is too long
 */
export function parseDuration(text: string): bigint {
  const invalid = () => new DurationError(`time: invalid duration ${goQuote(text)}`);
  if (text.length > LIMITS.durationCharacters) {
    throw new DurationError(`time: duration is longer than ${LIMITS.durationCharacters} characters`);
  }
  const negative = text.startsWith("-");
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === "0") return 0n;
  if (rest === "") throw invalid();

  let total = 0n;
  while (rest !== "") {
    const number = /^(\d*)(?:(\.)(\d*))?/.exec(rest);
    const [matched = "", integer = "", , fraction = ""] = number ?? [];
    if ((integer === "" && fraction === "") || BigInt(integer || "0") > LIMIT) throw invalid();
    rest = rest.slice(matched.length);

    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? "";
    if (unit === "") throw new DurationError(`time: missing unit in duration ${goQuote(text)}`);
    const scale = NS_PER_UNIT.get(unit);
    if (scale === undefined) {
      throw new DurationError(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    }
    rest = rest.slice(unit.length);

    total += BigInt(integer || "0") * scale + fractionOf(fraction, scale);
    if (total > LIMIT) throw invalid();
  }
  if (!negative && total === LIMIT) throw invalid();
  return negative ? -total : total;
}

/** A parsed duration in milliseconds, rounded up, so that a positive one never becomes zero. */
export function durationToMs(nanoseconds: bigint): number {
  const rounded = nanoseconds > 0n ? (nanoseconds + NS_PER_MS - 1n) / NS_PER_MS : nanoseconds / NS_PER_MS;
  return Number(rounded);
}

/** Milliseconds as a person reads them: `450ms`, `42s`, `3m5s`, `2h`. */
export function formatDurationMs(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))}ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join("");
}

/** Go keeps as many fraction digits as fit an int64, drops the rest, and truncates the product of doubles. */
function fractionOf(digits: string, scale: bigint): bigint {
  let value = 0n;
  let divisor = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (next > LIMIT) break;
    value = next;
    divisor *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(scale) / divisor)));
}

/** Go's quoting of the offending text: double quotes, with non-ASCII bytes escaped. */
function goQuote(text: string): string {
  let quoted = "";
  for (const byte of Buffer.from(text)) {
    if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`;
    else if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, "0")}`;
    else quoted += String.fromCharCode(byte);
  }
  return `"${quoted}"`;
}
