import { describe, expect, it } from "vitest";
import { decode } from "../../../src/protobuf/decode.ts";
import { encode } from "../../../src/protobuf/encode.ts";
import { ProtobufError } from "../../../src/protobuf/error.ts";
import type { MessageTable } from "../../../src/protobuf/table.ts";
import {
  attributePathStepTable,
  attributePathTable,
  dynamicValueTable,
  functionErrorTable,
  invokeActionEventTable,
  listResourceEventTable,
  planResourceChangeResponseTable,
  rawStateTable,
  schemaTable,
} from "../../../src/protocol/generated/tfplugin6.ts";

interface Everything {
  readonly text: string;
  readonly data: Uint8Array;
  readonly flag: boolean;
  readonly small: number;
  readonly count: number;
  readonly large: bigint;
  readonly huge: bigint;
  readonly kind: number;
  readonly numbers: readonly bigint[];
  readonly far: string;
}

const everythingTable: MessageTable<Everything> = {
  name: "test.Everything",
  fields: () => [
    [1, "text", "string"],
    [2, "data", "bytes"],
    [3, "flag", "bool"],
    [4, "small", "int32"],
    [5, "count", "uint32"],
    [6, "large", "int64"],
    [7, "huge", "uint64"],
    [8, "kind", "enum"],
    [9, "numbers", "int64", "repeated"],
    [536870911, "far", "string"],
  ],
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("encode", () => {
  it("sends a oneof member even when it is zero or empty", () => {
    expect(hex(encode(attributePathTable, { steps: [{ elementKeyInt: 0n }] }))).toBe("0a021800");
    expect(hex(encode(attributePathStepTable, { attributeName: "" }))).toBe("0a00");
  });

  it("sends an optional scalar when it is set, zero or not", () => {
    expect(hex(encode(functionErrorTable, { functionArgument: 0n }))).toBe("1000");
    expect(hex(encode(functionErrorTable, {}))).toBe("");
  });

  it("leaves out defaults, and keeps empty messages", () => {
    expect(
      hex(
        encode(planResourceChangeResponseTable, { plannedPrivate: Buffer.alloc(0), legacyTypeSystem: false }),
      ),
    ).toBe("");
    expect(hex(encode(planResourceChangeResponseTable, { plannedState: {} }))).toBe("0a00");
    expect(hex(encode(invokeActionEventTable, { completed: {} }))).toBe("1200");
  });

  it("orders fields by number, whatever their order in the message and in the table", () => {
    const message = encode(schemaTable, {
      block: { attributes: [{ writeOnly: true, nestedType: {}, name: "a" }] },
      version: 1n,
    });
    expect(hex(message)).toBe("08011209 1207 0a0161 5200 5801".replaceAll(" ", ""));
  });

  it("writes a map entry's key and value always", () => {
    expect(
      hex(
        encode(rawStateTable, {
          flatmap: new Map([
            ["", ""],
            ["id", "i-1"],
          ]),
        }),
      ),
    ).toBe("12040a00120012090a0269641203692d31");
  });

  it("writes integers in two's complement and as wide as their type", () => {
    const minusOne = "ffffffffffffffffff01";
    expect(hex(encode(everythingTable, { small: -1, count: 0xffffffff }))).toBe(`20${minusOne}28ffffffff0f`);
    expect(hex(encode(everythingTable, { large: -(2n ** 63n), huge: 2n ** 64n - 1n }))).toBe(
      `308080808080808080800138${minusOne}`,
    );
    expect(hex(encode(everythingTable, { large: 2n ** 53n }))).toBe("308080808080808010");
  });

  it("packs repeated numbers", () => {
    expect(hex(encode(everythingTable, { numbers: [0n, 1n, 300n] }))).toBe("4a040001ac02");
    expect(hex(encode(everythingTable, { numbers: [] }))).toBe("");
  });

  it("handles five-byte tags and messages larger than every buffer", () => {
    expect(hex(encode(everythingTable, { far: "x" }))).toBe("faffffff0f0178");
    const data = Buffer.alloc(5_000_000, 7);
    const decoded = decode(dynamicValueTable, encode(dynamicValueTable, { msgpack: data }));
    expect(data.equals(decoded.msgpack)).toBe(true);
  });

  it("writes a lone surrogate as U+FFFD", () => {
    expect(hex(encode(everythingTable, { text: "\ud800" }))).toBe("0a03efbfbd");
  });

  it.each([
    [
      "a number for an int64",
      { large: 1 },
      "test.Everything.large: expected a bigint of 64 bits, got number 1",
    ],
    ["an int64 too large", { large: 2n ** 63n }, "test.Everything.large: expected a bigint of 64 bits"],
    ["a negative uint64", { huge: -1n }, "test.Everything.huge: expected an unsigned bigint of 64 bits"],
    ["a negative uint32", { count: -1 }, "test.Everything.count: expected an unsigned integer of 32 bits"],
    ["a fraction", { kind: 0.5 }, "test.Everything.kind: expected an integer of 32 bits, got number 0.5"],
    ["a falsy value of another type", { text: 0 }, "test.Everything.text: expected a string, got number 0"],
    ["null", { data: null }, "test.Everything.data: expected a Uint8Array, got null"],
    ["no list", { numbers: 1n }, "test.Everything.numbers: expected an array"],
    ["a string for a bool", { flag: "no" }, "test.Everything.flag: expected a boolean, got string"],
  ])("refuses %s", (_title, message, expected) => {
    expect(() => encode<unknown>(everythingTable, message)).toThrow(expected);
  });

  it("refuses two members of a oneof", () => {
    expect(() => encode(attributePathStepTable, { attributeName: "a", elementKeyInt: 0n })).toThrow(
      "tfplugin6.AttributePath.Step: only one of attributeName, elementKeyInt may be set",
    );
  });

  it("refuses a message that contains itself", () => {
    const block: { blockTypes: unknown[] } = { blockTypes: [] };
    block.blockTypes.push({ block });
    expect(() => encode<unknown>(schemaTable, { block })).toThrow("nested deeper than 100");
  });
});

describe("decode", () => {
  it("fills in defaults, and leaves messages, optional fields and oneofs out", () => {
    expect(decode(planResourceChangeResponseTable, bytes(""))).toEqual({
      requiresReplace: [],
      plannedPrivate: Buffer.alloc(0),
      diagnostics: [],
      legacyTypeSystem: false,
    });
    expect(decode(rawStateTable, bytes("")).flatmap).toEqual(new Map());
    expect(Object.keys(decode(listResourceEventTable, bytes("")))).toEqual(["displayName", "diagnostic"]);
  });

  it("keeps an optional field or a oneof member that was sent as zero", () => {
    expect(decode(functionErrorTable, bytes("1000"))).toEqual({ text: "", functionArgument: 0n });
    expect(decode(attributePathStepTable, bytes("1800"))).toEqual({ elementKeyInt: 0n });
  });

  it("keeps the last member of a oneof only", () => {
    expect(decode(attributePathStepTable, bytes("0a0161 1807"))).toEqual({ elementKeyInt: 7n });
  });

  it("accepts repeated numbers packed, one by one, and mixed", () => {
    for (const message of ["4a040001ac02", "4800 4801 48ac02", "4a020001 48ac02"]) {
      expect(decode(everythingTable, bytes(message)).numbers).toEqual([0n, 1n, 300n]);
    }
  });

  it("truncates integers to the width of their type", () => {
    const decoded = decode(
      everythingTable,
      bytes("20ffffffffffffffffff01 28ffffffffffffffffff01 18808080808080808001"),
    );
    expect(decoded).toMatchObject({ small: -1, count: 0xffffffff, flag: true });
    expect(decode(everythingTable, bytes("30ffffffffffffffffff01")).large).toBe(-1n);
    expect(decode(everythingTable, bytes("38ffffffffffffffffff01")).huge).toBe(2n ** 64n - 1n);
    expect(decode(everythingTable, bytes("40e807")).kind).toBe(1000);
  });

  it("skips unknown fields of every wire type, groups included", () => {
    const unknown = [
      "a00101",
      "a1010102030405060708",
      "a20103616263",
      "a301 0801 a301 a401 1203616263 a401",
      "a50101020304",
    ];
    expect(decode(everythingTable, bytes(`0a0161${unknown.join("")}1801`))).toMatchObject({
      text: "a",
      flag: true,
    });
  });

  it("treats a known field with another wire type as unknown", () => {
    expect(decode(everythingTable, bytes("0801 1801")).text).toBe("");
    expect(decode(rawStateTable, bytes("1001")).flatmap.size).toBe(0);
  });

  it("merges a message that occurs twice, and takes the last of a scalar", () => {
    const twice = Buffer.concat([
      encode(planResourceChangeResponseTable, { plannedState: { msgpack: Buffer.from("a") } }),
      encode(planResourceChangeResponseTable, { plannedState: { json: Buffer.from("b") } }),
    ]);
    expect(decode(planResourceChangeResponseTable, twice).plannedState).toEqual({
      msgpack: Buffer.from("a"),
      json: Buffer.from("b"),
    });
    expect(decode(everythingTable, bytes("0a0161 0a0162")).text).toBe("b");
  });

  it("defaults the missing key or value of a map entry, and takes the last of a key", () => {
    expect(decode(rawStateTable, bytes("1200 12060a016112 0162 12060a016112 0163")).flatmap).toEqual(
      new Map([
        ["", ""],
        ["a", "c"],
      ]),
    );
  });

  it("accepts a plain Uint8Array, at any offset", () => {
    const padded = Uint8Array.from([9, 9, 0x0a, 1, 0x61, 9]);
    expect(decode(everythingTable, padded.subarray(2, 5)).text).toBe("a");
  });

  it.each([
    ["a varint without an end", "30ff", "ends in the middle of a field"],
    ["a string longer than the message", "0a0561", "ends in the middle of a field"],
    ["a length beyond 2^53", "0affffffffffffffff7f", "ends in the middle of a field"],
    ["a missing fixed64", "a1010102", "ends in the middle of a field"],
    ["a missing fixed32", "a50101", "ends in the middle of a field"],
    ["a tag without a value", "0a", "ends in the middle of a field"],
    ["a varint of eleven bytes", "30ffffffffffffffffffff01", "varint of more than 64 bits"],
    ["a varint of 65 bits", "30ffffffffffffffffff02", "varint of more than 64 bits"],
    ["field number zero", "0001", "invalid field tag at byte 0"],
    ["an overlong tag", "8a80808080800100", "invalid field tag at byte 0"],
    ["wire type 6", "a6010102", "invalid wire type 6 of field 20"],
    ["a group's end without its start", "a401", "invalid wire type 4 of field 20"],
    ["a group's end of another group", "a301ac01", "group 20 ends as group 21"],
    ["a packed list that ends within a value", "4a01ff01", "a packed list ends in the middle of a value"],
  ])("refuses %s", (_title, message, expected) => {
    const attempt = () => decode(everythingTable, bytes(message));
    expect(attempt).toThrow(ProtobufError);
    expect(attempt).toThrow(expected);
    expect(attempt).toThrow("test.Everything: ");
  });

  it("refuses a nested message whose last field runs over its end", () => {
    expect(() => decode(schemaTable, bytes("1202 08ff 01"))).toThrow(
      "a nested message ends in the middle of a field",
    );
    expect(() => decode(schemaTable, bytes("1203 120208 01"))).toThrow(ProtobufError);
  });

  it("refuses messages and groups that are nested too deeply", () => {
    const wrap = (tag: string, inner: Buffer) => Buffer.concat([bytes(tag), varint(inner.length), inner]);
    const nest = (levels: number) => {
      let block: Buffer = Buffer.alloc(0);
      for (let level = 0; level < levels; level++) block = wrap("1a", wrap("12", block));
      return wrap("12", block);
    };
    expect(() => decode(schemaTable, nest(49))).not.toThrow();
    expect(() => decode(schemaTable, nest(50))).toThrow("tfplugin6.Schema: nested deeper than 100 messages");
    expect(() => decode(everythingTable, Buffer.alloc(100_000, bytes("a301")))).toThrow(
      "groups nested deeper than 100",
    );
  });
});

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value]) : Buffer.from([(value & 0x7f) | 0x80, value >> 7]);
}
