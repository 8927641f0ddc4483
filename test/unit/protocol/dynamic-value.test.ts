import { describe, expect, it } from "vitest";
import { Decimal, type NumberValue } from "../../../src/framework/decimal.ts";
import {
  BOOL,
  DYNAMIC,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  STRING,
  setOf,
  type Type,
  tupleOf,
} from "../../../src/framework/type.ts";
import { DynamicValue, UNKNOWN, Unknown, type Value } from "../../../src/framework/value.ts";
import { CodecError } from "../../../src/protocol/codec-error.ts";
import { decodeObject, decodeValue, encodeValue } from "../../../src/protocol/dynamic-value.ts";
import { INTEGERS } from "./integer-vectors.ts";

const NONE = new Uint8Array();
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const text = (value: string) => hexOf(Buffer.from(value));
const encoded = (type: Type, value: Value) => hexOf(encodeValue(type, value).msgpack);
const decoded = (type: Type, hex: string) =>
  decodeValue(type, { msgpack: Buffer.from(hex.replace(/\s/g, ""), "hex"), json: NONE });
const str = (value: string) => hexOf(Uint8Array.of(0xa0 | value.length)) + text(value);
/** A dynamic value: its type as JSON in a bin8 frame, and the value. */
const dyn = (json: string, value: string) => `92c4${hexOf(Uint8Array.of(json.length))}${text(json)}${value}`;

describe("a number", () => {
  it.each<[NumberValue, string]>([
    ...INTEGERS,
    [0.5, "cb3fe0000000000000"],
    [1.5, "cb3ff8000000000000"],
    [-0.25, "cbbfd0000000000000"],
    [0.1, str("0.1")],
    [1e-7, str("0.0000001")],
    [2n ** 63n, str("9223372036854775808")],
    [-(2n ** 63n) - 1n, str("-9223372036854775809")],
    [10n ** 30n, str(`1${"0".repeat(30)}`)],
    [new Decimal("0.12345678901234567891"), str("0.12345678901234567891")],
  ])("%s is %s, both ways", (value, bytes) => {
    expect(encoded(NUMBER, value)).toBe(bytes);
    expect(decoded(NUMBER, bytes)).toEqual(value);
  });

  it.each<[string, NumberValue]>([
    ["ca3fc00000", 1.5],
    ["cb4014000000000000", 5],
    ["cf0000000000000005", 5],
    ["d3ffffffffffffffff", -1],
    ["d300000000000000ff", 255],
    [str("1e3"), 1000],
    [str("5.0"), 5],
    [str("-0"), 0],
    ["cb8000000000000000", 0],
  ])("may come as %s", (bytes, value) => {
    expect(decoded(NUMBER, bytes)).toBe(value);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "is never %d on the wire",
    (value) => {
      expect(() => encodeValue(NUMBER, value)).toThrow(CodecError);
    },
  );

  it.each(["cb7ff8000000000000", "cb7ff0000000000000", str("0x1F"), str("NaN"), "a0", "c3"])(
    "is refused as %s",
    (bytes) => {
      expect(() => decoded(NUMBER, bytes)).toThrow(CodecError);
    },
  );
});

describe("a text", () => {
  it("is in Unicode's normal form, both ways", () => {
    expect(encoded(STRING, "e\u0301")).toBe("a2c3a9");
    expect(decoded(STRING, "a365cc81")).toBe("\u00e9");
    expect(encoded(mapOf(BOOL), new Map([["e\u0301", true]]))).toBe("81a2c3a9c3");
  });

  it("is never invalid UTF-8", () => {
    expect(encoded(STRING, "a\ud800b")).toBe("a561efbfbd62");
    expect(decoded(STRING, "a2f420")).toBe("\ufffd ");
    expect(decoded(STRING, "a3eda080")).not.toMatch(/\p{Cs}/u);
  });

  it.each([
    ["\u0000", "a100"],
    ["\u{1f600}", "a4f09f9880"],
    ["", "a0"],
    ["x".repeat(32), `d920${"78".repeat(32)}`],
    ["x".repeat(256), `da0100${"78".repeat(256)}`],
    ["x".repeat(70_000), `db00011170${"78".repeat(70_000)}`],
  ])("is framed by its length (%#)", (value, bytes) => {
    expect(encoded(STRING, value)).toBe(bytes);
    expect(decoded(STRING, bytes)).toBe(value);
  });

  it("may come as bytes", () => {
    expect(decoded(STRING, "c403616263")).toBe("abc");
  });
});

describe("an unknown value", () => {
  it.each(["d40000", "d40500", "c70000", "c70100ff", "c7000c"])("may come as %s", (bytes) => {
    expect(decoded(STRING, bytes)).toBe(UNKNOWN);
  });

  it.each([
    ["not null", "c7030c8101c2"],
    ["a prefix", `c7090c8201c202a4${text("pre-")}`],
    ["bounds", "c7070c8201c2039200c3"],
    ["something newer", "c7030c8109c2"],
  ])("keeps its refinement: %s", (_what, bytes) => {
    const value = decoded(STRING, bytes);
    expect(value).toBeInstanceOf(Unknown);
    expect(encoded(STRING, value)).toBe(bytes);
  });

  it("is plain without a refinement", () => {
    expect(encoded(STRING, UNKNOWN)).toBe("d40000");
    expect(encoded(DYNAMIC, UNKNOWN)).toBe("d40000");
    expect(encoded(DYNAMIC, new DynamicValue(DYNAMIC, UNKNOWN))).toBe("d40000");
    expect(decoded(listOf(STRING), "92a161d40000")).toEqual(["a", UNKNOWN]);
  });

  it.each(["d5050000", "c702050000", "c7020c9001", `c804010c${"80".padEnd(2050, "0")}`])(
    "is refused as %s",
    (bytes) => {
      expect(() => decoded(STRING, bytes)).toThrow(CodecError);
    },
  );
});

describe("a dynamic value", () => {
  const object = objectOf({ b: NUMBER, a: STRING });
  it.each<[DynamicValue | null, string]>([
    [null, "c0"],
    [new DynamicValue(STRING, ""), dyn('"string"', "a0")],
    [new DynamicValue(BOOL, true), dyn('"bool"', "c3")],
    [new DynamicValue(tupleOf([]), []), dyn('["tuple",[]]', "90")],
    [new DynamicValue(objectOf({}), {}), dyn('["object",{}]', "80")],
    [new DynamicValue(tupleOf([STRING, NUMBER]), ["a", 1]), dyn('["tuple",["string","number"]]', "92a16101")],
    [
      new DynamicValue(object, { a: "x", b: 1 }),
      dyn('["object",{"a":"string","b":"number"}]', "82a161a178a16201"),
    ],
    [new DynamicValue(setOf(STRING), ["a", "b"]), dyn('["set","string"]', "92a161a162")],
    [new DynamicValue(listOf(listOf(BOOL)), [[true]]), dyn('["list",["list","bool"]]', "9191c3")],
    [new DynamicValue(STRING, UNKNOWN), dyn('"string"', "d40000")],
  ])("travels with its type (%#)", (value, bytes) => {
    expect(encoded(DYNAMIC, value)).toBe(bytes);
    const back = decoded(DYNAMIC, bytes);
    expect(encoded(DYNAMIC, back)).toBe(bytes);
    if (value) expect(back).toEqual(expect.objectContaining({ type: value.type }));
  });

  it("may bring its type as text", () => {
    expect(decoded(DYNAMIC, `92a822737472696e6722a161`)).toEqual(new DynamicValue(STRING, "a"));
  });

  it.each(["a161", "91a161", dyn("{}", "c0"), dyn("nonsense", "c0"), "92c0c0"])(
    "is refused as %s",
    (bytes) => {
      expect(() => decoded(DYNAMIC, bytes)).toThrow(CodecError);
    },
  );

  it("is of one type throughout a list or map", () => {
    const mixed = [new DynamicValue(STRING, "a"), new DynamicValue(NUMBER, 1)];
    expect(() => encodeValue(listOf(DYNAMIC), mixed)).toThrow(CodecError);
    expect(() =>
      encodeValue(mapOf(DYNAMIC), new Map(mixed.map((value, index) => [`${index}`, value]))),
    ).toThrow(CodecError);
    expect(encoded(listOf(DYNAMIC), [mixed[0] ?? null, null, UNKNOWN])).toMatch(/^93/);
  });
});

describe("a set", () => {
  it("is sorted and holds nothing twice", () => {
    expect(encoded(setOf(STRING), ["b", "a", "b", "\u{1f600}", "\uffee"])).toBe(
      "94a161a162a3efbfaea4f09f9880",
    );
    expect(encoded(setOf(NUMBER), [10, 9, -1, 2n ** 53n + 1n, 2n ** 53n])).toBe(
      "95ff090acf0020000000000000cf0020000000000001",
    );
    expect(encoded(setOf(BOOL), [true, false, true])).toBe("92c2c3");
  });

  it("compares texts by their normal form", () => {
    expect(encoded(setOf(STRING), ["e\u0301", "f", "\u00e9"])).toBe("92a166a2c3a9");
  });

  it("sorts nulls and unknowns last, from any order", () => {
    const elements = [null, "a".repeat(40), UNKNOWN, "b"];
    const bytes = encoded(setOf(STRING), elements);
    expect(bytes.endsWith("d40000c0")).toBe(true);
    expect(encoded(setOf(STRING), [...elements].reverse())).toBe(bytes);
  });

  it("keeps elements apart that may turn out to be different", () => {
    expect(encoded(setOf(STRING), [UNKNOWN, UNKNOWN])).toBe("92d40000d40000");
    const element = objectOf({ id: STRING });
    expect(encoded(setOf(element), [{ id: UNKNOWN }, { id: UNKNOWN }, { id: "a" }, { id: "a" }])).toMatch(
      /^93/,
    );
  });
});

describe("an object", () => {
  const type = objectOf({ b: NUMBER, a: STRING });

  it("has its attributes in order, whatever order they are given in", () => {
    expect(encoded(type, { b: 1, a: "x" })).toBe("82a161a178a16201");
    expect(decoded(type, "82a16201a161a178")).toEqual({ a: "x", b: 1 });
  });

  it.each([
    ["lacks an attribute", "81a161a178", "an object with 2 attributes is required (1 given)"],
    ["has one too many", "83a161a178a16201a163c0", "an object with 2 attributes is required (3 given)"],
    ["has another", "82a161a178a163c0", 'unsupported attribute "c"'],
    ["is a list", "90", "an object is required"],
  ])("is refused when it %s", (_what, bytes, problem) => {
    expect(() => decoded(type, bytes)).toThrow(new CodecError(problem));
  });

  it("is never sent incomplete or with more than its type has", () => {
    expect(() => encodeValue(type, { a: "x" })).toThrow('attribute "b" is missing');
    expect(() => encodeValue(type, { a: "x", b: 1, c: 2 })).toThrow('unsupported attribute "c"');
    expect(() => encodeValue(listOf(type), [{ a: 5, b: 1 }])).toThrow("[0].a: string is required");
  });
});

describe("a tuple", () => {
  it("has the length of its type", () => {
    const type = tupleOf([STRING, NUMBER]);
    expect(encoded(type, ["a", 1])).toBe("92a16101");
    expect(() => decoded(type, "91a161")).toThrow("a tuple of length 2 is required");
    expect(() => encodeValue(type, ["a"])).toThrow("a tuple of length 2 is required");
  });
});

describe("a map", () => {
  it("is sorted by its keys, which may be any text", () => {
    const map = new Map([
      ["b", true],
      ["__proto__", false],
      ["constructor", true],
      ["\u{1f600}", true],
      ["\uffee", true],
    ]);
    const bytes = encoded(mapOf(BOOL), map);
    expect(bytes).toBe(`85a9${text("__proto__")}c2a162c3ab${text("constructor")}c3a3efbfaec3a4f09f9880c3`);
    expect(decoded(mapOf(BOOL), bytes)).toEqual(map);
    expect(() => decoded(mapOf(BOOL), "8101c3")).toThrow(CodecError);
  });
});

describe("a value of the wrong kind", () => {
  it.each<[Type, string]>([
    [STRING, "01"],
    [BOOL, "01"],
    [BOOL, str("true")],
    [listOf(STRING), "80"],
    [mapOf(STRING), "90"],
    [setOf(STRING), "a161"],
    [STRING, "cf0000000100000000"],
  ])("is refused when it comes (%#)", (type, bytes) => {
    expect(() => decoded(type, bytes)).toThrow(CodecError);
  });

  it.each<[Type, Value]>([
    [STRING, 1],
    [BOOL, "true"],
    [NUMBER, "1"],
    [listOf(STRING), new Map()],
    [mapOf(STRING), { a: "b" }],
    [setOf(STRING), "a"],
    [DYNAMIC, "a"],
    [objectOf({}), []],
  ])("is refused when it is sent (%#)", (type, value) => {
    expect(() => encodeValue(type, value)).toThrow(CodecError);
  });
});

describe("a DynamicValue message", () => {
  it("is null where it is absent, empty or nil", () => {
    expect(decodeValue(STRING, undefined)).toBeNull();
    expect(decodeValue(STRING, { msgpack: NONE, json: NONE })).toBeNull();
    expect(encoded(objectOf({ a: STRING }), null)).toBe("c0");
  });

  it("counts in JSON only where there is no msgpack", () => {
    const json = Buffer.from('{"a":"json"}');
    const type = objectOf({ a: STRING });
    expect(decodeValue(type, { msgpack: NONE, json })).toEqual({ a: "json" });
    expect(decodeValue(type, { msgpack: Buffer.from("81a161a178", "hex"), json })).toEqual({ a: "x" });
    expect(() => decodeValue(type, { msgpack: NONE, json: Buffer.from('{"zz":1}') })).toThrow(
      'unsupported attribute "zz"',
    );
  });

  it("must be an object where one is required, and not unknown as a whole", () => {
    const type = objectOf({ a: STRING });
    expect(decodeObject(type, undefined)).toBeNull();
    expect(() => decodeObject(type, { msgpack: Buffer.from("d40000", "hex"), json: NONE })).toThrow(
      CodecError,
    );
  });
});
