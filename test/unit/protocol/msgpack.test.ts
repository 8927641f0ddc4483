import { describe, expect, it } from "vitest";
import { CodecError } from "../../../src/protocol/codec-error.ts";
import { MAX_DEPTH } from "../../../src/protocol/limits.ts";
import {
  asBigInt,
  decodeMsgpack,
  encodeMsgpack,
  extension,
  integerForEncoding,
} from "../../../src/protocol/msgpack.ts";
import { INTEGERS } from "./integer-vectors.ts";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");
const refusal = (bytes: Uint8Array) => expect(() => decodeMsgpack(bytes)).toThrow(CodecError);

describe("one whole value", () => {
  it.each([
    ["c0", null],
    ["c2", false],
    ["7f", 127],
    ["ff", -1],
    ["cd0100", 256],
    ["a3 616263", "abc"],
    ["d903 616263", "abc"],
    ["da0003 616263", "abc"],
    ["db00000003 616263", "abc"],
    ["93 01 02 03", [1, 2, 3]],
    ["dc0001 01", [1]],
    ["dd00000001 01", [1]],
    ["81 a161 01", new Map([["a", 1]])],
    ["de0001 a161 01", new Map([["a", 1]])],
    ["df00000001 a161 01", new Map([["a", 1]])],
    ["80", new Map()],
  ])("%s is read", (bytes, value) => {
    expect(decodeMsgpack(hex(bytes))).toEqual(value);
  });

  it("may be an extension of any form, of any code", () => {
    for (const bytes of [
      "d40c00",
      "d50c0000",
      "d60c00000000",
      `d70c${"00".repeat(8)}`,
      `d80c${"00".repeat(16)}`,
      "c7010c00",
      "c800010c00",
      "c9000000010c00",
      "d4ff00",
    ]) {
      expect(decodeMsgpack(hex(bytes))).toHaveProperty("buffer");
    }
    expect(encodeMsgpack(extension(0, Uint8Array.of(0))).toString("hex")).toBe("d40000");
  });

  it("may be nested up to the limit, and no deeper", () => {
    const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x91), hex("c0")]);
    expect(decodeMsgpack(nested(MAX_DEPTH - 1))).toBeInstanceOf(Array);
    refusal(nested(MAX_DEPTH));
  });
});

describe("bytes that are not a value", () => {
  const whole = encodeMsgpack([
    1,
    "two",
    new Map([["k", [null, true, -300, 70_000]]]),
    new Uint8Array(300),
    extension(12, new Uint8Array(20)),
  ]);

  it("are refused at whatever place they are cut", () => {
    decodeMsgpack(whole);
    for (let length = 0; length < whole.length; length++) refusal(whole.subarray(0, length));
  });

  it("are refused when more follows, or when the first byte means nothing", () => {
    refusal(Buffer.concat([whole, hex("c0")]));
    refusal(hex("c1"));
  });

  it("are refused when they declare more elements than there are bytes", () => {
    for (const bomb of [
      "dd7fffffff c0",
      "df7fffffff c0 c0",
      "dcffff c0",
      "deffff c0",
      "9f c0",
      "8f c0",
      "c6ffffffff 00",
      "dbffffffff 00",
      "c9ffffffff 0c00",
    ]) {
      refusal(hex(bomb));
    }
    refusal(Buffer.alloc(10 << 20, 0x91));
  });
});

describe("integers", () => {
  it.each(INTEGERS)("%s is %s, the shortest form", (value, bytes) => {
    expect(encodeMsgpack(integerForEncoding(value)).toString("hex")).toBe(bytes);
  });

  it("of 64 bits are read to the last bit, and nothing else is read as one", () => {
    expect(asBigInt(decodeMsgpack(hex("cfffffffffffffffff")))).toBe(2n ** 64n - 1n);
    expect(asBigInt(decodeMsgpack(hex("d38000000000000000")))).toBe(-(2n ** 63n));
    for (const other of [1, "1", null, undefined, [], new Uint8Array(8)])
      expect(asBigInt(other)).toBeUndefined();
  });
});
