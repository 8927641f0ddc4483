import { randomUUID } from "node:crypto";
import { LIMITS } from "../base/limits.ts";
import { formatTime } from "./time.ts";

/**
 * Turns one JSON value (or `undefined` for a missing key) into a value of the model. Throws `UnexpectedJson` when the
 * value has a type that the model cannot hold. Strict only about types: unknown keys are ignored, missing keys are null,
 * enumerations are plain text, because a new image kind or zone must not make a whole list unreadable.
 */
export type Reader<T> = (value: unknown) => T;

/** The model type that a reader produces. */
export type Read<R> = R extends Reader<infer T> ? T : never;

type Shape = Readonly<Record<string, Reader<unknown>>>;

/** A response that does not fit the model: where, what was expected, and which kind of value was there (never the value). */
export class UnexpectedJson extends Error {
  override readonly name = "UnexpectedJson";
  readonly path: string;
  readonly wanted: string;
  readonly found: string;

  constructor(wanted: string, found: string, path = "") {
    super(`${path === "" ? "the response" : path} should be ${wanted} but is ${found}`);
    this.wanted = wanted;
    this.found = found;
    this.path = path;
  }
}

/** A text that is not JSON, or is not read. `message` completes "the response could not be understood: …". */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/**
 * The value of a JSON text. Integers of 64 bits that a double does not hold are bigint. Throws `JsonError` for a text that is
 * not JSON or is nested too deeply.
 */
export function parseJson(text: string): unknown {
  if (isDeeperThan(LIMITS.jsonDepth, text)) throw new JsonError("it is nested too deeply");
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse has rounded them, and the digits are no longer there.
    return UNSAFE_INTEGER.test(text) ? parseWithBigints(text) : value;
  } catch {
    throw new JsonError("it is not JSON");
  }
}

/** Finds what may be an unsafe integer, at one digit a step. */
const UNSAFE_INTEGER = /\d{16}/;
/** The longest text of an integer of 64 bits: a sign and 19 digits. A longer one would take BigInt time out of proportion. */
const INTEGER_CHARACTERS = 20;

/** Parses JSON that is known to be right, with a mark that nobody outside can know in place of unsafe integers. */
function parseWithBigints(text: string): unknown {
  const mark = randomUUID();
  let marked = "";
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) === QUOTE) {
      at = endOfString(text, at);
    } else if (isInNumber(text.charCodeAt(at))) {
      const start = at;
      while (isInNumber(text.charCodeAt(at + 1))) at += 1;
      const literal = text.slice(start, at + 1);
      if (!isUnsafeInteger(literal)) continue;
      marked += `${text.slice(copied, start)}"${mark}${literal}"`;
      copied = at + 1;
    }
  }
  return JSON.parse(marked + text.slice(copied), (_key, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

function isUnsafeInteger(literal: string): boolean {
  if (literal.length > INTEGER_CHARACTERS || !/^-?\d+$/.test(literal)) return false;
  return !Number.isSafeInteger(Number(literal)) && BigInt.asIntN(64, BigInt(literal)) === BigInt(literal);
}

function isInNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x2e ||
    code === 0x65 ||
    code === 0x45
  );
}

/** Where the string that begins at a quote ends. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

/** Whether brackets outside of strings are nested deeper. One pass: parsing what is nested deeper takes memory without bound. */
function isDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A text that identifies the object: the one field that has to be there. */
export const identifier: Reader<string> = (value) => {
  if (typeof value !== "string" || value === "") throw unexpected("a non-empty string", value);
  if (value.length <= LIMITS.idCharacters) return value;
  throw new UnexpectedJson(`a string of at most ${LIMITS.idCharacters} characters`, "longer");
};

/** A text, or null when missing. */
export const text = nullable<string>((value) => {
  if (typeof value === "string") return value;
  throw unexpected("a string", value);
});

/** A text, also from a number or boolean: the volume API's image metadata holds numbers as text. */
export const looseText = nullable<string>((value) => {
  if (typeof value === "string") return value;
  if (["number", "bigint", "boolean"].includes(typeof value)) return String(value);
  throw unexpected("a string", value);
});

const safeInteger: Reader<number> = (value) => {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw unexpected("an integer", value);
};

/** An integer, or null when missing. */
export const integer = nullable(safeInteger);

/** An integer of 64 bits, as bigint where a double does not hold it exactly, or null when missing. */
export const integer64 = nullable<number | bigint>((value) =>
  typeof value === "bigint" ? value : safeInteger(value),
);

/** true or false, or null when missing. */
export const flag = nullable<boolean>((value) => {
  if (typeof value === "boolean") return value;
  throw unexpected("true or false", value);
});

/** A point in time as text, formatted like the official provider's state (see `formatTime`), or null when missing or empty. */
export const time = nullable<string | null>((value) => {
  if (value === "") return null;
  const formatted = typeof value === "string" ? formatTime(value) : null;
  if (formatted !== null) return formatted;
  throw unexpected("a time such as 2025-03-04T05:06:07Z", value);
});

/** An object whose values are texts; entries without a value are dropped. Null when missing. */
export const textMap = nullable<Readonly<Record<string, string>>>((value) => {
  const result: Record<string, string> = {};
  for (const [key, entry] of Object.entries(object(value))) {
    const read = readAt(key, looseText, entry);
    if (read !== null) result[key] = read;
  }
  return result;
});

/** An array of things, or null when missing. */
export function listOf<T>(item: Reader<T>): Reader<readonly T[] | null> {
  return nullable((value) => {
    if (!Array.isArray(value)) throw unexpected("a list", value);
    return value.map((entry, index) => readAt(index, item, entry));
  });
}

/** An object with the given fields, each read by its own reader. Missing or null is an error; wrap it in `nullable` where it may be. */
export function record<S extends Shape>(shape: S): Reader<{ readonly [K in keyof S]: Read<S[K]> }> {
  const fields = Object.entries(shape);
  return (value) => {
    const source = object(value);
    const result: Record<string, unknown> = {};
    for (const [key, read] of fields) result[key] = readAt(key, read, source[key]);
    return result as { readonly [K in keyof S]: Read<S[K]> };
  };
}

/** Like `record`, but a field that cannot be read becomes null, except for those that have to be right. */
export function lenientRecord<S extends Shape>(
  shape: S,
  required: readonly (keyof S & string)[],
): Reader<{ readonly [K in keyof S]: Read<S[K]> }> {
  const lenient = Object.entries(shape).map(
    ([key, read]) => [key, required.includes(key) ? read : orNull(read)] as const,
  );
  return record(Object.fromEntries(lenient) as S);
}

function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value) => {
    try {
      return read(value);
    } catch {
      return null;
    }
  };
}

/** The given reader, with null for a missing or null value. */
export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value) => (value === undefined || value === null ? null : read(value));
}

/** A JSON object's entries; throws `UnexpectedJson` for anything else. */
export function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw unexpected("an object", value);
}

/** What an element or a field is read as; an error says where it is. */
function readAt<T>(key: string | number, read: Reader<T>, value: unknown): T {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof UnexpectedJson)) throw error;
    const separator = error.path === "" || error.path.startsWith("[") ? "" : ".";
    const step = typeof key === "number" ? `[${key}]` : key;
    throw new UnexpectedJson(error.wanted, error.found, `${step}${separator}${error.path}`);
  }
}

function unexpected(wanted: string, value: unknown): UnexpectedJson {
  return new UnexpectedJson(wanted, kindOf(value));
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value === "") return "an empty string";
  if (typeof value === "number" || typeof value === "bigint") return "a number of another kind";
  return (
    { string: "another string", boolean: "a boolean", object: "an object" }[typeof value as string] ??
    typeof value
  );
}
