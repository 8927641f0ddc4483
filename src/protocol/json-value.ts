import { parseNumber } from "../framework/decimal.ts";
import type { Path } from "../framework/path.ts";
import type { Type } from "../framework/type.ts";
import { DynamicValue, type ObjectValue, type Value } from "../framework/value.ts";
import { CodecError } from "./codec-error.ts";
import { typeFromJson } from "./cty-type.ts";
import { MAX_DEPTH } from "./limits.ts";
import { normalText } from "./text.ts";

export interface JsonOptions {
  /** What to do with attributes that the type does not have: old states may hold them, responses may not. */
  readonly extra: "ignore" | "refuse";
}

/**
 * Parses stored JSON without losing a digit: numbers that a double cannot hold become strings of the same text,
 * which every number type accepts.
 *
 * @throws CodecError when the bytes are not JSON.
 */
export function parseStoredJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  try {
    return JSON.parse(quoteLossyNumbers(text));
  } catch (error) {
    throw new CodecError(`invalid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Steps over strings by hand: a regular expression that does both runs out of stack on a long string. */
function quoteLossyNumbers(text: string): string {
  let quoted = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
      continue;
    }
    NUMBER.lastIndex = at;
    const token = NUMBER.exec(text)?.[0];
    if (token === undefined) continue;
    if (String(Number(token)) !== token) {
      quoted += `${text.slice(copied, at)}"${token}"`;
      copied = at + token.length;
    }
    at += token.length - 1;
  }
  return quoted + text.slice(copied);
}

/**
 * Reads a value from its JSON form. Missing attributes are null; numbers, booleans and their texts stand for each other.
 *
 * @throws CodecError naming where in the value the error is.
 */
export function valueFromJson(type: Type, json: unknown, options: JsonOptions, path: Path = []): Value {
  if (json === null || json === undefined) return null;
  if (path.length > MAX_DEPTH) throw new CodecError(`nested more than ${MAX_DEPTH} levels deep`, path);
  const required = (): never => {
    throw new CodecError(`${type.kind} is required`, path);
  };
  switch (type.kind) {
    case "string":
      if (typeof json === "string") return normalText(json);
      return typeof json === "number" || typeof json === "boolean" ? String(json) : required();
    case "bool":
      if (typeof json === "boolean") return json;
      return json === "true" ? true : json === "false" ? false : required();
    case "number":
      return typeof json === "number" || typeof json === "string" ? number(String(json), path) : required();
    case "dynamic": {
      const wrapped = members(json) ?? required();
      const dynamicType = typeFromJson(wrapped.type);
      return new DynamicValue(dynamicType, valueFromJson(dynamicType, wrapped.value, options, path));
    }
    case "list":
    case "set":
      if (!Array.isArray(json)) return required();
      return json.map((element, index) =>
        valueFromJson(type.element, element, options, [...path, { index }]),
      );
    case "tuple":
      if (!Array.isArray(json) || json.length !== type.elements.length) return required();
      return type.elements.map((element, index) =>
        valueFromJson(element, json[index], options, [...path, { index }]),
      );
    case "map":
      return new Map(
        Object.entries(members(json) ?? required()).map(([key, element]) => [
          normalText(key),
          valueFromJson(type.element, element, options, [...path, { key }]),
        ]),
      );
    case "object":
      return objectFromJson(type.attributes, members(json) ?? required(), options, path);
  }
}

function objectFromJson(
  attributes: ReadonlyMap<string, Type>,
  json: Readonly<Record<string, unknown>>,
  options: JsonOptions,
  path: Path,
): ObjectValue {
  const object: Record<string, Value> = Object.create(null);
  for (const [attribute, type] of attributes) {
    object[attribute] = valueFromJson(
      type,
      Object.hasOwn(json, attribute) ? json[attribute] : null,
      options,
      [...path, { attribute }],
    );
  }
  const extra =
    options.extra === "refuse" ? Object.keys(json).find((name) => !attributes.has(name)) : undefined;
  if (extra !== undefined) throw new CodecError(`unsupported attribute ${JSON.stringify(extra)}`, path);
  return object;
}

function number(text: string, path: Path) {
  try {
    return parseNumber(text);
  } catch (error) {
    throw new CodecError(error instanceof Error ? error.message : String(error), path);
  }
}

function members(json: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, unknown>>)
    : undefined;
}
