import { goString } from "./go-string.ts";
import type { Path } from "./path.ts";
import type { CtyType } from "./type.ts";
import { isUnknown, members, UNKNOWN, type Value } from "./value.ts";

/** Takes note of something wrong at a place. */
export type Report = (path: Path, what: string) => void;

/** Whether a check has nothing to report. */
export function reportsNothing(check: (report: Report) => void): boolean {
  let silent = true;
  check(() => {
    silent = false;
  });
  return silent;
}

/** A member of an object; null inside null, unknown inside unknown. */
export function childOf(value: Value, name: string): Value {
  if (value === null) return null;
  return isUnknown(value) ? UNKNOWN : (members(value)[name] ?? null);
}

/** Set elements of either side that have no partner on the other, in Terraform's words. */
export function uncorrelated(
  type: CtyType,
  left: readonly Value[],
  right: readonly Value[],
  leftName: string,
  rightName: string,
  fits: (left: Value, right: Value) => boolean,
): string[] {
  const lonely = (
    a: readonly Value[],
    b: readonly Value[],
    nameA: string,
    nameB: string,
    ok: typeof fits,
  ): string[] =>
    a
      .filter((element) => !b.some((other) => ok(element, other)))
      .map(
        (element) =>
          `${nameA} set element ${goString(type, element)} does not correlate with any element in ${nameB}`,
      );
  return [
    ...lonely(left, right, leftName, rightName, fits),
    ...lonely(right, left, rightName, leftName, (element, other) => fits(other, element)),
  ];
}
