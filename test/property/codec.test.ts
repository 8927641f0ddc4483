import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NUMBER, STRING } from "../../src/framework/type.ts";
import { equalTypes, equalValues, type Value } from "../../src/framework/value.ts";
import { CodecError } from "../../src/protocol/codec-error.ts";
import { parseType, typeToJson } from "../../src/protocol/cty-type.ts";
import { decodeValue, encodeValue } from "../../src/protocol/dynamic-value.ts";
import {
  decodeMsgpack as terraformDecode,
  encodeMsgpack as terraformEncode,
} from "../harness/dynamic-value.ts";
import { stateJson } from "../harness/state-json.ts";
import { parseType as terraformType } from "../harness/type.ts";
import { shuffled, typedValues, types, values } from "./codec-arbitraries.ts";
import { runs } from "./codec-runs.ts";

const NONE = new Uint8Array();
const fromMsgpack = (type: Parameters<typeof decodeValue>[0], msgpack: Uint8Array) =>
  decodeValue(type, { msgpack, json: NONE });
const fromJson = (type: Parameters<typeof decodeValue>[0], json: Uint8Array) =>
  decodeValue(type, { msgpack: NONE, json });
const typeText = (type: Parameters<typeof decodeValue>[0]) => JSON.stringify(typeToJson(type));

/** Whatever happens, the caller gets a value or a CodecError. */
function orCodecError<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    return undefined;
  }
}

describe("a value on the wire", () => {
  it("is decoded as it was encoded", () => {
    fc.assert(
      fc.property(typedValues({ unknown: true }), ({ type, value }) => {
        const { msgpack } = encodeValue(type, value);
        const back = fromMsgpack(type, msgpack);
        expect(equalValues(back, value, type)).toBe(true);
        expect(encodeValue(type, back).msgpack).toEqual(msgpack);
      }),
      runs(500),
    );
  });

  it("means the same to Terraform, and Terraform's bytes mean the same here", () => {
    fc.assert(
      fc.property(typedValues({ unknown: true }), ({ type, value }) => {
        const theirs = terraformType(typeText(type));
        const read = terraformDecode(theirs, encodeValue(type, value).msgpack);
        expect(equalValues(fromMsgpack(type, terraformEncode(theirs, read)), value, type)).toBe(true);
      }),
      runs(500),
    );
  });

  it("has the same bytes in whatever order its sets, maps and attributes are", () => {
    fc.assert(
      fc.property(typedValues({ unknown: true }), ({ type, value }) => {
        expect(encodeValue(type, shuffled(type, value)).msgpack).toEqual(encodeValue(type, value).msgpack);
      }),
      runs(500),
    );
  });

  it("is read from a state file as it was written", () => {
    fc.assert(
      fc.property(typedValues({ unknown: false }), ({ type, value }) => {
        const theirs = terraformType(typeText(type));
        const json = stateJson(theirs, terraformDecode(theirs, encodeValue(type, value).msgpack));
        expect(equalValues(fromJson(type, Buffer.from(json)), value, type)).toBe(true);
      }),
      runs(400),
    );
  });

  it("is refused with a CodecError, or accepted, when its type is another", () => {
    fc.assert(
      fc.property(typedValues({ unknown: true }), types(3), ({ type, value }, other) => {
        orCodecError(() => encodeValue(other, value));
        orCodecError(() => fromMsgpack(other, encodeValue(type, value).msgpack));
      }),
      runs(400),
    );
  });
});

describe("a type", () => {
  it("is read from its JSON as it was written", () => {
    fc.assert(
      fc.property(types(4), (type) => {
        expect(equalTypes(parseType(typeText(type)), type)).toBe(true);
      }),
      runs(300),
    );
  });
});

/** Bytes that begin as a valid value and were then damaged. */
const damaged = types(3).chain((type) =>
  fc
    .tuple(
      values(type, true),
      fc.array(
        fc.record({
          at: fc.nat(),
          byte: fc.integer({ min: 0, max: 255 }),
          how: fc.constantFrom("set", "insert", "remove", "cut", "repeat"),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(([value, damages]) => {
      const bytes = [...encodeValue(type, value).msgpack];
      for (const { at, byte, how } of damages) {
        const place = at % (bytes.length + 1);
        if (how === "set") bytes[place] = byte;
        else if (how === "insert") bytes.splice(place, 0, byte);
        else if (how === "remove") bytes.splice(place, 1);
        else if (how === "cut") bytes.length = place;
        else bytes.push(...bytes.slice(place));
      }
      return { type, bytes: Uint8Array.from(bytes) };
    }),
);

/** A value that was accepted is one: it can be sent again, and then means the same. */
function expectStable(type: Parameters<typeof decodeValue>[0], value: Value | undefined): void {
  if (value === undefined) return;
  const again = orCodecError(() => encodeValue(type, value));
  if (again) expect(equalValues(fromMsgpack(type, again.msgpack), value, type)).toBe(true);
}

describe("bytes from anywhere", () => {
  it("are a value or a CodecError, never a crash", () => {
    fc.assert(
      fc.property(types(3), fc.uint8Array({ maxLength: 64 }), (type, bytes) => {
        expectStable(
          type,
          orCodecError(() => fromMsgpack(type, bytes)),
        );
        orCodecError(() => fromJson(type, bytes));
      }),
      runs(1_000),
    );
  });

  it("are a value or a CodecError when they were a value and were damaged", () => {
    fc.assert(
      fc.property(damaged, ({ type, bytes }) => {
        expectStable(
          type,
          orCodecError(() => fromMsgpack(type, bytes)),
        );
      }),
      runs(1_000),
    );
  });

  it("are a value or a CodecError when they are JSON of anything", () => {
    fc.assert(
      fc.property(types(3), fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (type, json, at, noise) => {
        const place = at % (json.length + 1);
        for (const text of [json, json.slice(0, place) + noise + json.slice(place), json.slice(0, place)]) {
          expectStable(
            type,
            orCodecError(() => fromJson(type, Buffer.from(text))),
          );
          orCodecError(() => parseType(text));
        }
      }),
      runs(500),
    );
  });

  it("are refused quickly when they declare more than they hold, or lead nowhere", () => {
    const bombs = [
      Buffer.from("dd7fffffff", "hex"),
      Buffer.from("df7fffffff", "hex"),
      Buffer.from("c6ffffffff00", "hex"),
      Buffer.from("c9ffffffff0c00", "hex"),
      Buffer.alloc(10 << 20, 0x91),
      Buffer.alloc(10 << 20, 0x81),
      Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from("dd00000002", "hex"))),
    ];
    for (const bomb of bombs) expect(() => fromMsgpack(STRING, bomb)).toThrow(CodecError);
    const texts = ['"\\"'.repeat(200_000), `"${"\\\\".repeat(5 << 20)}`, "[".repeat(1 << 20)];
    for (const text of texts) expect(() => fromJson(STRING, Buffer.from(text))).toThrow(CodecError);
    expect(() => fromJson(NUMBER, Buffer.from("1".repeat(1 << 20)))).toThrow(CodecError);
  });
});
