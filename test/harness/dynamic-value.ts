import { decode, Encoder, ExtData, ExtensionCodec } from "@msgpack/msgpack";
import type { DynamicValueMessage } from "./messages.ts";
import { type CtyType, parseType, typeJson } from "./type.ts";
import {
  compareNumbers,
  elements,
  isDynamic,
  isNumber,
  isUnknown,
  isWhollyKnown,
  KIND,
  members,
  type NumberValue,
  numberFromText,
  numberText,
  type RefinedUnknown,
  type Refinement,
  sameValue,
  UNKNOWN,
  type Value,
} from "./value.ts";

const UNKNOWN_EXT = 0;
const REFINED_EXT = 12;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const TYPE_PATH = (path: string): string => (path === "" ? "" : `${path}: `);

const encoder = new Encoder({ sortKeys: true, useBigInt64: true });
const extensionCodec = new ExtensionCodec();
for (const code of [UNKNOWN_EXT, REFINED_EXT]) {
  extensionCodec.register({ type: code, encode: () => null, decode: (data) => new ExtData(code, data) });
}

/** The msgpack bytes that Terraform sends for a value of a type. Throws, naming the place, when the value is not of the type. */
export function encodeMsgpack(type: CtyType, value: Value): Buffer {
  return Buffer.from(encoder.encode(toWire(type, value, "")));
}

/** A DynamicValue as Terraform sends it. */
export function encodeValue(type: CtyType, value: Value): DynamicValueMessage {
  return { msgpack: encodeMsgpack(type, value) };
}

/**
 * Reads msgpack bytes as Terraform does, with its words for what is wrong. Unlike Terraform it refuses bytes behind the value.
 * Unknown values with a refinement keep it.
 */
export function decodeMsgpack(type: CtyType, bytes: Uint8Array): Value {
  return fromWire(type, decode(bytes, { useBigInt64: true, extensionCodec }), "");
}

/** Reads a DynamicValue; an absent or empty one is null. JSON is refused: a provider should always respond in msgpack. */
export function decodeValue(type: CtyType, message: DynamicValueMessage | null): Value {
  if (message?.msgpack !== undefined && message.msgpack.length > 0)
    return decodeMsgpack(type, message.msgpack);
  if (message?.json !== undefined && message.json.length > 0)
    throw new Error("the response is in JSON, not msgpack");
  return null;
}

function mistake(path: string, what: string): Error {
  return new Error(`${TYPE_PATH(path)}${what}`);
}

const within = (path: string, step: string | number): string => `${path}[${JSON.stringify(step)}]`;

function toWire(type: CtyType, value: Value, path: string): unknown {
  if (value === null) return null;
  if (value === UNKNOWN) return new ExtData(UNKNOWN_EXT, Uint8Array.of(0));
  if (isUnknown(value)) return new ExtData(REFINED_EXT, encodeRefinement(value as RefinedUnknown));
  if (type === "dynamic") {
    if (!isDynamic(value)) throw mistake(path, "a dynamic value must be boxed with its type");
    return [Buffer.from(typeJson(value.type)), toWire(value.type, value.value, path)];
  }
  if (type === "string") {
    if (typeof value !== "string") throw mistake(path, "string is required");
    return value.normalize("NFC");
  }
  if (type === "bool") {
    if (typeof value !== "boolean") throw mistake(path, "bool is required");
    return value;
  }
  if (type === "number") {
    if (!isNumber(value)) throw mistake(path, "number is required");
    return numberToWire(value);
  }
  switch (type[0]) {
    case "list":
      return elements(value).map((element, index) => toWire(type[1], element, within(path, index)));
    case "set":
      return sortSet(type[1], elements(value)).map((element, index) =>
        toWire(type[1], element, within(path, index)),
      );
    case "tuple": {
      const types = type[1];
      if (elements(value).length !== types.length)
        throw mistake(path, `a tuple of length ${types.length} is required`);
      return elements(value).map((element, index) =>
        toWire(types[index] ?? "dynamic", element, within(path, index)),
      );
    }
    case "map":
      return Object.fromEntries(
        Object.entries(members(value)).map(([key, inner]) => [
          key,
          toWire(type[1], inner, within(path, key)),
        ]),
      );
    case "object": {
      const given = members(value);
      const extra = Object.keys(given).find((name) => !(name in type[1]));
      if (extra !== undefined) throw mistake(path, `unsupported attribute "${extra}"`);
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, inner]) => {
          const member = given[name];
          if (member === undefined) throw mistake(path, `attribute "${name}" is required`);
          return [name, toWire(inner, member, within(path, name))];
        }),
      );
    }
  }
}

/** Integers of 64 bits as integers, what a float64 holds exactly as a float64, everything else as decimal text. */
function numberToWire(value: NumberValue): unknown {
  const text = numberText(value);
  if (!text.includes(".")) {
    const integer = BigInt(text);
    if (integer < INT64_MIN || integer > INT64_MAX) return text;
    // The msgpack library writes a number of more than 32 bits as a float, a bigint always with 64 bits.
    return integer >= -(2n ** 31n) && integer < 2n ** 32n ? Number(integer) : integer;
  }
  const near = Number(text);
  return Number.isFinite(near) && isExactly(near, text) ? near : text;
}

/** Whether a float64 is exactly the decimal number: it must have no more binary places than it has room for. */
function isExactly(near: number, text: string): boolean {
  const [whole = "", fraction = ""] = text.split(".");
  // A fraction of n decimal places is a binary fraction only when 5^n divides it; compare near * 2^k as integers.
  const scaled = BigInt(whole + fraction);
  const places = BigInt(fraction.length);
  let power = 0n;
  let scaledNear = near;
  while (!Number.isInteger(scaledNear)) {
    scaledNear *= 2;
    power += 1n;
  }
  return BigInt(scaledNear) * 10n ** places === scaled * 2n ** power;
}

function encodeRefinement({ refinement }: RefinedUnknown): Uint8Array {
  const entries = new Map<number, unknown>();
  if (refinement.notNull === true) entries.set(1, false);
  if (refinement.prefix !== undefined) entries.set(2, refinement.prefix);
  if (refinement.lower !== undefined)
    entries.set(3, [numberToWire(refinement.lower.bound), refinement.lower.inclusive]);
  if (refinement.upper !== undefined)
    entries.set(4, [numberToWire(refinement.upper.bound), refinement.upper.inclusive]);
  if (refinement.minLength !== undefined) entries.set(5, refinement.minLength);
  if (refinement.maxLength !== undefined) entries.set(6, refinement.maxLength);
  const parts = [Uint8Array.of(0x80 | entries.size)];
  for (const [key, value] of entries) parts.push(Uint8Array.of(key), encoder.encode(value));
  return Buffer.concat(parts);
}

function decodeRefinement(data: Uint8Array): RefinedUnknown {
  const found = decode(data, { useBigInt64: true, mapKeyConverter: (key) => String(key) }) as Record<
    string,
    unknown
  >;
  const bound = (pair: unknown): { bound: NumberValue; inclusive: boolean } => {
    const [number, inclusive] = pair as [unknown, boolean];
    return { bound: fromWire("number", number, "") as NumberValue, inclusive };
  };
  const refinement: Refinement = {
    ...(found["1"] === false ? { notNull: true } : {}),
    ...(typeof found["2"] === "string" ? { prefix: found["2"] } : {}),
    ...(found["3"] === undefined ? {} : { lower: bound(found["3"]) }),
    ...(found["4"] === undefined ? {} : { upper: bound(found["4"]) }),
    ...(found["5"] === undefined ? {} : { minLength: Number(found["5"]) }),
    ...(found["6"] === undefined ? {} : { maxLength: Number(found["6"]) }),
  };
  return { [KIND]: "refined-unknown", refinement };
}

function fromWire(type: CtyType, wire: unknown, path: string): Value {
  if (wire === null) return null;
  if (wire instanceof ExtData) return unknownFromWire(wire, path);
  if (type === "dynamic") {
    if (!Array.isArray(wire)) throw mistake(path, "a dynamic value must be an array of type and value");
    if (wire.length !== 2) throw mistake(path, "dynamic value array must have exactly two elements");
    const [typeBytes, inner]: unknown[] = wire;
    const json = typeBytes instanceof Uint8Array ? Buffer.from(typeBytes).toString() : typeBytes;
    if (typeof json !== "string") throw mistake(path, "a dynamic value must start with its type");
    const actual = parseType(json);
    return { [KIND]: "dynamic", type: actual, value: fromWire(actual, inner, path) };
  }
  if (type === "string") {
    if (wire instanceof Uint8Array) return Buffer.from(wire).toString().normalize("NFC");
    if (typeof wire !== "string") throw mistake(path, "string is required");
    return wire.normalize("NFC");
  }
  if (type === "bool") {
    if (typeof wire !== "boolean") throw mistake(path, "bool is required");
    return wire;
  }
  if (type === "number") {
    if (typeof wire === "bigint") return numberFromText(String(wire));
    if (typeof wire === "string") return numberFromText(wire);
    if (typeof wire !== "number") throw mistake(path, "number is required");
    if (!Number.isFinite(wire)) throw mistake(path, `Terraform crashes on ${wire}`);
    return numberFromText(String(wire));
  }
  switch (type[0]) {
    case "list":
      return arrayFromWire(wire, path, () => type[1]);
    case "set": {
      const found = arrayFromWire(wire, path, () => type[1]);
      // Two elements that are not known yet may still become different ones.
      return found.filter(
        (element, index) =>
          !isWhollyKnown(element) || found.findIndex((other) => sameValue(type[1], element, other)) === index,
      );
    }
    case "tuple": {
      const types = type[1];
      const found = arrayFromWire(wire, path, (index) => types[index] ?? "dynamic");
      if (found.length !== types.length) throw mistake(path, `a tuple of length ${types.length} is required`);
      return found;
    }
    case "map":
      return Object.fromEntries(
        Object.entries(mapFromWire(wire, path)).map(([key, inner]) => [
          key.normalize("NFC"),
          fromWire(type[1], inner, within(path, key)),
        ]),
      );
    case "object": {
      const given = mapFromWire(wire, path);
      const wanted = Object.keys(type[1]).length;
      const got = Object.keys(given).length;
      if (got !== wanted) {
        throw mistake(path, `an object with ${wanted} attributes is required (${got} given)`);
      }
      return Object.fromEntries(
        Object.entries(given).map(([name, inner]) => {
          const innerType = type[1][name];
          if (innerType === undefined) throw mistake(path, `unsupported attribute "${name}"`);
          return [name, fromWire(innerType, inner, within(path, name))];
        }),
      );
    }
  }
}

function unknownFromWire(wire: ExtData, path: string): Value {
  const data = typeof wire.data === "function" ? wire.data(0) : wire.data;
  if (data.length <= 1) return UNKNOWN;
  if (wire.type === REFINED_EXT) return decodeRefinement(data);
  throw mistake(
    path,
    `unsupported extension type 0x${wire.type.toString(16).padStart(2, "0")} with len ${data.length}`,
  );
}

function arrayFromWire(wire: unknown, path: string, type: (index: number) => CtyType): Value[] {
  if (!Array.isArray(wire)) throw mistake(path, "an array is required");
  return wire.map((element, index) => fromWire(type(index), element, within(path, index)));
}

function mapFromWire(wire: unknown, path: string): Record<string, unknown> {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire) || wire instanceof Uint8Array) {
    throw mistake(path, "a map is required");
  }
  return wire as Record<string, unknown>;
}

/**
 * Terraform's order of set elements: numbers by value, strings by bytes, false before true, unknown ones last. Elements of other
 * types, which Terraform orders by a hash of its own, stay as they are: any order is legal.
 */
export function sortSet(type: CtyType, given: readonly Value[]): Value[] {
  return [...given].sort((left, right) => {
    if (isUnknown(left) || isUnknown(right)) return Number(isUnknown(left)) - Number(isUnknown(right));
    if (left === null || right === null) return Number(right === null) - Number(left === null);
    if (type === "number" && isNumber(left) && isNumber(right)) return compareNumbers(left, right);
    if (typeof left === "string" && typeof right === "string") {
      return Buffer.compare(Buffer.from(left), Buffer.from(right));
    }
    return type === "bool" ? Number(left) - Number(right) : 0;
  });
}
