import * as v from "valibot";

/** Input from outside that the emulator refuses. The message names the place, the problem and what is allowed there. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Most characters of a refused value that a message repeats. */
const SHOWN_LENGTH = 60;
/** Longest string that the emulator takes from outside, in characters. */
const TEXT_LENGTH = 10_000;
/** Longest list that the emulator takes from outside. */
const LIST_LENGTH = 10_000;

/** The message of each schema below is what it allows, such as "a number from 0 to 10"; `readInput` makes the sentence. */
export const text = (minLength = 0) =>
  v.pipe(
    v.string("a string"),
    v.minLength(minLength, `a string of at least ${minLength} character${minLength === 1 ? "" : "s"}`),
    v.maxLength(TEXT_LENGTH, `a string of at most ${TEXT_LENGTH} characters`),
  );

/** A string that a test accepts; `allowed` says which strings those are. */
export const textThat = (test: (text: string) => boolean, allowed: string) =>
  v.pipe(text(), v.check(test, allowed));

/** A number between two bounds, both included. */
export const numberIn = (minimum: number, maximum: number) => {
  const allowed = `a number from ${minimum} to ${maximum}`;
  return v.pipe(v.number(allowed), v.minValue(minimum, allowed), v.maxValue(maximum, allowed));
};

/** A whole number between two bounds, both included. */
export const integerIn = (minimum: number, maximum: number) => {
  const allowed = `a whole number from ${minimum} to ${maximum}`;
  return v.pipe(
    v.number(allowed),
    v.safeInteger(allowed),
    v.minValue(minimum, allowed),
    v.maxValue(maximum, allowed),
  );
};

/** True or false. */
export const flag = v.boolean("true or false");

/** One of some strings. */
export const oneOf = <const T extends readonly string[]>(choices: T) =>
  v.picklist(choices, `one of ${choices.join(", ")}`);

/** A list of values of one kind. */
export const listOf = <const S extends v.GenericSchema>(item: S) =>
  v.pipe(
    v.array(item, "a list"),
    v.maxLength(LIST_LENGTH, `a list of at most ${LIST_LENGTH} entries`),
    v.readonly(),
  );

/** A JSON object with these fields and no others. */
export const objectOf = <const E extends v.ObjectEntries>(entries: E) =>
  v.strictObject(entries, Object.keys(entries).join(", ") || "(none)");

/** Milliseconds for which the emulator may hold a connection: a day at most, so that sums still fit a timer. */
export const delayMs = () => numberIn(0, 86_400_000);

/** Milliseconds of the emulator's clock: about 30 years at most, so that every time can be written. */
export const clockMs = () => numberIn(0, 1e12);

/** A time of the emulator's clock. */
export const time = () =>
  textThat(isTime, "an RFC 3339 time from 1970 to 8999, such as 2025-03-04T05:06:07Z");

/** The source of a regular expression. */
export const expression = () => textThat(isExpression, "a regular expression");

/** Checks a value from outside. `subject` names the whole of it in messages. Throws InputError. */
export function readInput<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  subject: string,
): v.InferOutput<S> {
  // Valibot takes an empty list for an object without fields.
  if (Array.isArray(value) && ["strict_object", "record"].includes(schema.type)) {
    throw new InputError(`${subject} must be a JSON object, not a list.`);
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new InputError(describe(result.issues[0], subject));
}

function describe(issue: v.BaseIssue<unknown>, subject: string): string {
  const keys = (issue.path ?? []).map(({ key }) => key);
  const place = pathText(keys) || subject;
  if (issue.type === "strict_object") {
    const parent = pathText(keys.slice(0, -1)) || subject;
    if (issue.expected === "never") {
      return `${parent} has no field ${shown(keys.at(-1))}; its fields are ${issue.message}.`;
    }
    if (issue.expected !== "Object") return `${parent} needs ${String(keys.at(-1))}.`;
    return `${place} must be a JSON object, not ${shown(issue.input)}.`;
  }
  // A message ends up in logs: it repeats no secret.
  const found = keys.at(-1) === "secret" ? "" : `, not ${shown(issue.input)}`;
  return `${place} must be ${issue.message}${found}.`;
}

/** A path as JavaScript writes it: `rules[0].fault.ms`. */
function pathText(keys: readonly unknown[]): string {
  return keys
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key).slice(0, SHOWN_LENGTH)}`))
    .join("")
    .replace(/^\./, "");
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const written = JSON.stringify(value) ?? String(value);
  return written.length > SHOWN_LENGTH ? `${written.slice(0, SHOWN_LENGTH)}…` : written;
}

/** Whether a string is an RFC 3339 time that leaves room for later times of four-digit years. */
function isTime(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/.test(value)) return false;
  const milliseconds = Date.parse(value);
  return milliseconds >= 0 && milliseconds < Date.UTC(9000, 0, 1);
}

function isExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** A project's id. */
export const projectId = () =>
  v.pipe(
    textThat((id) => /^[0-9a-f]{32}$/i.test(id), "32 hexadecimal digits"),
    v.toLowerCase(),
  );
