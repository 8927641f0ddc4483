import {
  compareNumbers,
  Decimal,
  isExactDouble,
  type NumberValue,
  normalizeNumber,
  numberText,
  parseNumber,
} from "../framework/decimal.ts";
import type { Path } from "../framework/path.ts";
import type { Type } from "../framework/type.ts";
import {
  containsUnknown,
  DynamicValue,
  equalTypes,
  isList,
  isMap,
  isNumber,
  isObject,
  type ObjectValue,
  UNKNOWN,
  Unknown,
  type Value,
} from "../framework/value.ts";
import { CodecError } from "./codec-error.ts";
import { parseType, typeToJson } from "./cty-type.ts";
import type { DynamicValue as WireValue } from "./generated/tfplugin6.ts";
import { parseStoredJson, valueFromJson } from "./json-value.ts";
import { MAX_REFINEMENT_BYTES } from "./limits.ts";
import {
  asBigInt,
  decodeMsgpack,
  type Extension,
  encodeMsgpack,
  extension,
  integerForEncoding,
  type MsgpackValue,
} from "./msgpack.ts";
import { normalText } from "./text.ts";

/** The extension code of an unknown value with refinements. */
const REFINED_UNKNOWN = 12;
const PLAIN_UNKNOWN = extension(0, Uint8Array.of(0));

/**
 * Decodes a value by its type. An absent or empty value is null; where there is no msgpack the JSON form counts.
 *
 * @throws CodecError naming where in the value the error is.
 */
export function decodeValue(type: Type, wire: WireValue | undefined): Value {
  if (wire === undefined) return null;
  if (wire.msgpack.length > 0) return fromMsgpack(type, decodeMsgpack(wire.msgpack), []);
  if (wire.json.length > 0) return valueFromJson(type, parseStoredJson(wire.json), { extra: "refuse" });
  return null;
}

/** As {@link decodeValue}, for a value that is an object as a whole, or null. */
export function decodeObject(type: Type, wire: WireValue | undefined): ObjectValue | null {
  const value = decodeValue(type, wire);
  if (value === null || isObject(value)) return value;
  throw new CodecError("an object is required");
}

/**
 * Encodes a value by its type, in one canonical form: object attributes and map keys sorted, sets sorted and without
 * duplicates, strings in Unicode NFC.
 *
 * @throws CodecError when the value is not of the type.
 */
export function encodeValue(type: Type, value: Value): { msgpack: Uint8Array } {
  return { msgpack: encodeMsgpack(toMsgpack(type, value, [])) };
}

function fromMsgpack(type: Type, raw: MsgpackValue, path: Path): Value {
  if (raw === null) return null;
  if (isExtension(raw)) return unknownFrom(raw, path);
  switch (type.kind) {
    case "string":
      return normalText(textOf(raw, path));
    case "bool":
      if (typeof raw !== "boolean") throw new CodecError("bool is required", path);
      return raw;
    case "number":
      return numberFrom(raw, path);
    case "dynamic":
      return dynamicFrom(raw, path);
    case "list":
    case "set":
      return arrayOf(raw, `a ${type.kind} is required`, path).map((element, index) =>
        fromMsgpack(type.element, element, [...path, { index }]),
      );
    case "tuple": {
      const required = `a tuple of length ${type.elements.length} is required`;
      const elements = arrayOf(raw, required, path);
      if (elements.length !== type.elements.length) throw new CodecError(required, path);
      return type.elements.map((element, index) =>
        fromMsgpack(element, elements[index] ?? null, [...path, { index }]),
      );
    }
    case "map":
      return new Map(
        [...mapOf(raw, "a map is required", path)].map(([rawKey, element]) => {
          const key = normalText(textOf(rawKey, path));
          return [key, fromMsgpack(type.element, element, [...path, { key }])];
        }),
      );
    case "object":
      return objectFrom(type.attributes, raw, path);
  }
}

function objectFrom(attributes: ReadonlyMap<string, Type>, raw: MsgpackValue, path: Path): ObjectValue {
  const members = mapOf(raw, "an object is required", path);
  if (members.size !== attributes.size) {
    const count = `an object with ${attributes.size} attributes is required (${members.size} given)`;
    throw new CodecError(count, path);
  }
  const extra = [...members.keys()].find((name) => typeof name !== "string" || !attributes.has(name));
  if (extra !== undefined)
    throw new CodecError(`unsupported attribute ${JSON.stringify(String(extra))}`, path);
  const object = emptyObject();
  for (const [attribute, type] of attributes) {
    object[attribute] = fromMsgpack(type, members.get(attribute) ?? null, [...path, { attribute }]);
  }
  return object;
}

/** Attribute names come from outside in dynamic values; without a prototype not even `__proto__` is special. */
function emptyObject(): Record<string, Value> {
  return Object.create(null);
}

function dynamicFrom(raw: MsgpackValue, path: Path): Value {
  const pair = arrayOf(raw, "dynamic value array must have exactly two elements", path);
  if (pair.length !== 2) throw new CodecError("dynamic value array must have exactly two elements", path);
  const type = parseType(textOf(pair[0] ?? null, path));
  return new DynamicValue(type, fromMsgpack(type, pair[1] ?? null, path));
}

function numberFrom(raw: MsgpackValue, path: Path): NumberValue {
  const integer = asBigInt(raw);
  if (integer !== undefined) return normalizeNumber(integer);
  try {
    if (typeof raw === "number") return normalizeNumber(raw);
    if (typeof raw === "string") return parseNumber(raw);
  } catch (error) {
    if (error instanceof RangeError) throw new CodecError(error.message, path);
    throw error;
  }
  throw new CodecError("a number is required", path);
}

function isExtension(raw: MsgpackValue): raw is Extension {
  return (
    typeof raw === "object" &&
    raw !== null &&
    "type" in raw &&
    "buffer" in raw &&
    !(raw instanceof Uint8Array)
  );
}

function unknownFrom(raw: Extension, path: Path): Unknown {
  if (raw.buffer.length <= 1) return UNKNOWN;
  if (raw.type !== REFINED_UNKNOWN) {
    throw new CodecError(`unsupported extension type ${raw.type} with length ${raw.buffer.length}`, path);
  }
  if (raw.buffer.length > MAX_REFINEMENT_BYTES)
    throw new CodecError("oversize unknown value refinement", path);
  if (!isMapLike(decodeMsgpack(raw.buffer)))
    throw new CodecError("unknown value refinement is not a map", path);
  return new Unknown(raw.buffer);
}

function isMapLike(value: MsgpackValue): value is ReadonlyMap<MsgpackValue, MsgpackValue> {
  return value instanceof Map;
}

function textOf(raw: MsgpackValue, path: Path): string {
  if (typeof raw === "string") return raw;
  if (raw instanceof Uint8Array)
    return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("utf8");
  throw new CodecError("string is required", path);
}

function arrayOf(raw: MsgpackValue, required: string, path: Path): readonly MsgpackValue[] {
  if (Array.isArray(raw)) return raw;
  throw new CodecError(required, path);
}

function mapOf(raw: MsgpackValue, required: string, path: Path): ReadonlyMap<MsgpackValue, MsgpackValue> {
  if (isMapLike(raw)) return raw;
  throw new CodecError(required, path);
}

function toMsgpack(type: Type, value: Value | undefined, path: Path): MsgpackValue {
  if (value === null) return null;
  if (value instanceof Unknown) {
    return value.refinement ? extension(REFINED_UNKNOWN, value.refinement) : PLAIN_UNKNOWN;
  }
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? normalText(value) : wrong(type, path);
    case "bool":
      return typeof value === "boolean" ? value : wrong(type, path);
    case "number":
      return value !== undefined && isNumber(value) ? numberToMsgpack(value, path) : wrong(type, path);
    case "dynamic":
      if (!(value instanceof DynamicValue)) return wrong(type, path);
      if (value.value instanceof Unknown && value.type.kind === "dynamic") return PLAIN_UNKNOWN;
      return [Buffer.from(JSON.stringify(typeToJson(value.type))), toMsgpack(value.type, value.value, path)];
    case "list":
      if (value === undefined || !isList(value)) return wrong(type, path);
      checkOneType(type.element, value, path);
      return value.map((element, index) => toMsgpack(type.element, element, [...path, { index }]));
    case "set":
      if (value === undefined || !isList(value)) return wrong(type, path);
      return canonicalSet(type.element, value, path);
    case "tuple":
      if (value === undefined || !isList(value) || value.length !== type.elements.length) {
        throw new CodecError(`a tuple of length ${type.elements.length} is required`, path);
      }
      return type.elements.map((element, index) => toMsgpack(element, value[index], [...path, { index }]));
    case "map":
      if (value === undefined || !isMap(value)) return wrong(type, path);
      checkOneType(type.element, [...value.values()], path);
      return new Map(
        [...value]
          .map(([key, v]) => [normalText(key), toMsgpack(type.element, v, [...path, { key }])] as const)
          .sort(([a], [b]) => compareText(a, b)),
      );
    case "object":
      return value !== undefined && isObject(value)
        ? objectToMsgpack(type.attributes, value, path)
        : wrong(type, path);
  }
}

function wrong(type: Type, path: Path): never {
  throw new CodecError(`${type.kind} is required`, path);
}

/** Terraform crashes on a list or map of dynamic values that are not all of one type. */
function checkOneType(element: Type, values: readonly Value[], path: Path): void {
  if (element.kind !== "dynamic") return;
  const types = values.flatMap((value) => (value instanceof DynamicValue ? [value.type] : []));
  const [first] = types;
  if (first && !types.every((other) => equalTypes(first, other))) {
    throw new CodecError("all elements must be of one type", path);
  }
}

function objectToMsgpack(
  attributes: ReadonlyMap<string, Type>,
  value: ObjectValue,
  path: Path,
): MsgpackValue {
  for (const attribute of attributes.keys()) {
    if (value[attribute] === undefined) throw new CodecError(`attribute "${attribute}" is missing`, path);
  }
  const extra = Object.keys(value).find((name) => !attributes.has(name));
  if (extra !== undefined) throw new CodecError(`unsupported attribute "${extra}"`, path);
  return new Members(attributes, value, path);
}

/**
 * The members of an object. Each is converted when it is encoded, so that a long list of objects, as a data source returns it, is not
 * in memory as a whole once more.
 */
class Members extends Map<string, MsgpackValue> {
  readonly #attributes: ReadonlyMap<string, Type>;
  readonly #value: ObjectValue;
  readonly #path: Path;

  constructor(attributes: ReadonlyMap<string, Type>, value: ObjectValue, path: Path) {
    super();
    this.#attributes = attributes;
    this.#value = value;
    this.#path = path;
  }

  override get size(): number {
    return this.#attributes.size;
  }

  override forEach(encode: (member: MsgpackValue, name: string, map: this) => void): void {
    // One for all members: each is encoded before the next is converted.
    const step = { attribute: "" };
    const path = [...this.#path, step];
    for (const [attribute, type] of this.#attributes) {
      step.attribute = attribute;
      encode(toMsgpack(type, this.#value[attribute], path), attribute, this);
    }
  }
}

function numberToMsgpack(value: NumberValue, path: Path): MsgpackValue {
  let number: NumberValue;
  try {
    number = normalizeNumber(value);
  } catch (error) {
    throw new CodecError(error instanceof Error ? error.message : String(error), path);
  }
  if (number instanceof Decimal) return number.text;
  if (typeof number === "bigint") {
    return number >= -(2n ** 63n) && number < 2n ** 63n ? integerForEncoding(number) : number.toString();
  }
  if (Number.isInteger(number)) return integerForEncoding(number);
  return isExactDouble(number) ? number : numberText(number);
}

/** Known elements, then unknown ones, then null; texts and numbers in their order, everything else by its bytes. */
function canonicalSet(element: Type, values: readonly Value[], path: Path): MsgpackValue[] {
  const encoded = values.map((value) => {
    const raw = toMsgpack(element, value, path);
    return {
      value,
      raw,
      bytes: encodeMsgpack(raw),
      rank: value === null ? 2 : value instanceof Unknown ? 1 : 0,
    };
  });
  encoded.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    if (typeof a.raw === "string" && typeof b.raw === "string" && element.kind === "string") {
      return compareText(a.raw, b.raw);
    }
    if (a.value !== null && b.value !== null && isNumber(a.value) && isNumber(b.value)) {
      return compareNumbers(a.value, b.value);
    }
    return Buffer.compare(a.bytes, b.bytes);
  });
  return encoded
    .filter(({ value, bytes }, index) => {
      const before = encoded[index - 1];
      // Two elements that are not wholly known may turn out to be different ones.
      return before === undefined || !bytes.equals(before.bytes) || containsUnknown(value);
    })
    .map(({ raw }) => raw);
}

/** Go orders text by its UTF-8 bytes. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
