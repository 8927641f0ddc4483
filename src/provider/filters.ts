import { type Diagnostic, warningDiagnostic } from "../framework/diagnostics.ts";
import { listNestedAttribute, stringAttribute } from "../framework/schema.ts";
import { invalidValue } from "../framework/validators.ts";
import { isUnknown, type Unknown } from "../framework/value.ts";

/** How one filter of a list works. `Item` is an element of the list. */
export interface Filter<Item> {
  /** Turns the user's text into the value for the API; null when it does not fit `requirement`. */
  readonly send: (value: string) => string | null;
  /** Completes "Attribute filter[0].value must be …". */
  readonly requirement: string;
  /** Whether an element that the API returned matches; for filters that the API may read more loosely. */
  readonly keeps?: (item: Item, value: string) => boolean;
}

/** The filters of a list by name; the names are the API's query parameters. */
export type Filters<Item, Name extends string = string> = Readonly<Record<Name, Filter<Item>>>;

/** `filter = [{ name = …, value = … }, …]` as written in a configuration. */
type FilterConfig =
  | readonly ({ readonly name: string | null | Unknown; readonly value: string | null | Unknown } | null)[]
  | null
  | Unknown;

/** Any text, sent as it is; the API decides what it matches. */
export const text: Filter<unknown> = { send: (value) => value, requirement: "any text" };

/** The item's id, whatever the case of its letters. */
export const sameId: Filter<{ readonly id: string }> = {
  ...text,
  keeps: ({ id }, value) => value === "" || id.toLowerCase() === value.toLowerCase(),
};

/** The item's whole name, to the letter. */
export const sameName: Filter<{ readonly name: string | null }> = {
  ...text,
  keeps: ({ name }, value) => value === "" || name === value,
};

/** One of a few words in any case; sent in lower case. */
export const oneOfWords = (...words: readonly string[]): Filter<unknown> => ({
  send: (value) => words.find((word) => word === value.toLowerCase()) ?? null,
  requirement: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
});

/** A whole number from 0 to `max`. */
export const integerUpTo = (max: bigint): Filter<unknown> => ({
  send: (value) => {
    if (!/^\+?\d{1,30}$/.test(value)) return null;
    const number = BigInt(value.replace("+", ""));
    return number <= max ? String(number) : null;
  },
  requirement: `a whole number from 0 to ${max}`,
});

/** Numbers of 32 bits (counts of GB) and of 64 bits (bytes), as the API holds them. */
export const INT32_MAX = 2n ** 31n - 1n;
export const INT64_MAX = 2n ** 63n - 1n;

/** true or false, in the spellings of Go's `strconv.ParseBool`. */
export const flag: Filter<unknown> = {
  send: (value) => {
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return "true";
    return /^(0|f|F|FALSE|false|False)$/.test(value) ? "false" : null;
  },
  requirement: '"true" or "false" (1, t, T, 0, f and F are understood too)',
};

/** The name of an availability zone. */
export const zone: Filter<unknown> = {
  send: (value) => (/^kr-central-[1-3]-[a-z]$/.test(value) ? value : null),
  requirement: "an availability zone such as kr-central-2-a",
};

const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const CLOCK = String.raw`(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?(Z|[+-]\d{2}:\d{2})?)?)?`;
const MOMENT = new RegExp(`^${DATE}(?:T${CLOCK})?$`);
const TIME_OF_DAY = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?Z?)?$/;

/**
 * A moment or the beginning of one, or a time of day, or nothing; sent as it is. As Go reads them, which the official provider
 * does: hours may have one digit, and a fraction may follow a point or a comma.
 */
export const timeText: Filter<unknown> = {
  send: (value) => (value === "" || isMoment(value) || isTimeOfDay(value) ? value : null),
  requirement: "a time such as 2025-03-04T05:06:07Z, or a part of one: 2025-03-04, 2025-03-04T05, 05:06",
};

function isMoment(value: string): boolean {
  const match = MOMENT.exec(value);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(toNumber);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const [offsetHour = 0, offsetMinute = 0] = (match[7] ?? "")
    .replace(/^[Z+-]/, "")
    .split(":")
    .map(toNumber);
  return isDate && isClock(hour, minute, second) && isClock(offsetHour, offsetMinute);
}

function isTimeOfDay(value: string): boolean {
  const match = TIME_OF_DAY.exec(value);
  return match !== null && isClock(...match.slice(1).map(toNumber));
}

const toNumber = (digits: string | undefined): number => Number(digits ?? 0);

function isClock(hour = 0, minute = 0, second = 0): boolean {
  return hour < 24 && minute < 60 && second < 60;
}

/** The `filter` attribute of a list. */
export function filterAttribute(filters: Filters<never>) {
  const names = Object.keys(filters)
    .map((name) => `\`${name}\``)
    .join(", ");
  return listNestedAttribute(
    {
      name: stringAttribute({
        required: true,
        description: `Name of the filter: ${names}. Each at most once.`,
      }),
      value: stringAttribute({
        optional: true,
        description: "Value of the filter. null turns the filter off.",
      }),
    },
    {
      optional: true,
      description: "Filters that an element must match, all of them. Without any, everything is listed.",
    },
  );
}

/** What is wrong with a `filter`: names that do not exist, even without a value; values; and a name given twice. */
export function validateFilters(filters: Filters<never>, config: FilterConfig): readonly Diagnostic[] {
  if (config === null || isUnknown(config)) return [];
  const findings: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of config.entries()) {
    if (entry === null || isUnknown(entry) || typeof entry.name !== "string") continue;
    const { name, value } = entry;
    const at = (attribute: "name" | "value") => [{ attribute: "filter" }, { index }, { attribute }];
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter === undefined) {
      const names = Object.keys(filters).map((known) => `"${known}"`);
      findings.push(invalidValue(at("name"), name, `must be one of ${names.join(", ")}`));
      continue;
    }
    if (typeof value !== "string") continue;
    if (filter.send(value) === null) {
      findings.push(invalidValue(at("value"), value, `must be ${filter.requirement}`));
    }
    if (!seen.has(name)) seen.add(name);
    else findings.push(invalidValue(at("name"), name, "must not repeat the name of an earlier filter"));
  }
  return findings;
}

/** A warning for each empty filter: the API ignores it, and everything matches. */
export function warnAboutEmptyFilters(config: FilterConfig): readonly Diagnostic[] {
  if (config === null || isUnknown(config)) return [];
  return [...config.entries()].flatMap(([index, entry]) =>
    entry !== null && !isUnknown(entry) && entry.value === ""
      ? [
          warningDiagnostic(
            "Filter Without Effect",
            `The filter ${JSON.stringify(entry.name)} is ignored because its value is "": it matches everything. ` +
              "Check where the value comes from, such as a variable that is not set. Use null to turn the filter off without " +
              "this warning.",
            [{ attribute: "filter" }, { index }, { attribute: "value" }],
          ),
        ]
      : [],
  );
}

/** The query that a valid `filter` becomes, and which elements of the response count. */
export function readFilters<Item, Name extends string>(
  filters: Filters<Item, Name>,
  config: readonly ({ readonly name: string; readonly value: string | null } | null)[] | null,
): { readonly query: Partial<Record<Name, string>>; keeps(item: Item): boolean } {
  const query: Partial<Record<Name, string>> = {};
  const checks: ((item: Item) => boolean)[] = [];
  for (const entry of config ?? []) {
    if (entry === null || entry.value === null) continue;
    const { value } = entry;
    const name = entry.name as Name;
    const { send, keeps } = filters[name];
    query[name] = send(value) ?? value;
    if (keeps) checks.push((item) => keeps(item, value));
  }
  return { query, keeps: (item) => checks.every((check) => check(item)) };
}
