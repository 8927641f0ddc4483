import { DurationError, parseDuration } from "../base/duration.ts";
import { attributeError, type Diagnostic } from "./diagnostics.ts";
import type { Path } from "./path.ts";
import { isUnknown, type Unknown } from "./value.ts";

/** Checks one known, non-null value; unknown and null values never reach it. Must be pure: no network, no clock. */
export type Validator<V> = (value: V, path: Path) => readonly Diagnostic[];

/** A wrong value: names the attribute, quotes the value and says what would be right. */
export function invalidValue(path: Path, value: unknown, problem: string): Diagnostic {
  return attributeError("Invalid Attribute Value", path, `${problem}, got: ${quote(value)}.`);
}

/** The text must be one of a few words. */
export function oneOf(...allowed: readonly string[]): Validator<string> {
  return (value, path) =>
    allowed.includes(value)
      ? []
      : [invalidValue(path, value, `must be one of ${allowed.map((word) => `"${word}"`).join(", ")}`)];
}

/** The text must match; `requirement` completes "Attribute x must …". */
export function matches(pattern: RegExp, requirement: string): Validator<string> {
  return (value, path) => (pattern.test(value) ? [] : [invalidValue(path, value, requirement)]);
}

/** Every element must be there and pass, unless it is unknown still; findings carry the path of their element. */
export function eachElement<V>(validator: Validator<V>): Validator<readonly V[]> {
  // A collection is typed by its elements, but before apply any of them may be null or unknown.
  return (values: readonly (V | null | Unknown)[], path) =>
    values.flatMap((value, index) => {
      const at = [...path, { setElement: index }];
      if (isUnknown(value)) return [];
      return value === null ? [invalidValue(at, value, "must not be null")] : validator(value, at);
    });
}

/** The text must be a duration in the grammar of Go's `time.ParseDuration`, for example `30s` or `2h45m`. */
export const duration: Validator<string> = (value, path) => {
  try {
    parseDuration(value);
    return [];
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    return [
      attributeError(
        "Invalid Attribute Value Time Duration",
        path,
        `must be a duration such as "30s", "10m" or "2h45m": ${error.message.replace("time: ", "")}.${unitHint(value)}`,
      ),
    ];
  }
};

/** A bare number is the most frequent mistake: people expect seconds. */
const unitHint = (value: string): string =>
  /^\d{1,9}$/.test(value) ? ` Add a unit, such as "${value}s".` : "";

function quote(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
