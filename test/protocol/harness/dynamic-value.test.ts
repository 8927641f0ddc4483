import { describe, expect, it } from "vitest";
import { decodeMsgpack, encodeMsgpack } from "../../harness/dynamic-value.ts";
import type { CtyType } from "../../harness/type.ts";
import {
  compareNumbers,
  decimal,
  dynamic,
  numberFromText,
  numberText,
  refined,
  sameValue,
  UNKNOWN,
  type Value,
} from "../../harness/value.ts";
import { INTEGERS } from "../../unit/protocol/integer-vectors.ts";

const hexOf = (type: CtyType, value: Value): string => encodeMsgpack(type, value).toString("hex");
const text = (ascii: string): string => Buffer.from(ascii).toString("hex");

/** Bytes observed on the wire from Terraform itself. */
const NUMBERS: ReadonlyArray<readonly [Value, string]> = [
  ...INTEGERS,
  [1.0, "01"],
  [0.5, "cb3fe0000000000000"],
  [1.5, "cb3ff8000000000000"],
  [-0.25, "cbbfd0000000000000"],
  [0.1, `a3${text("0.1")}`],
  [decimal("3.14159"), `a7${text("3.14159")}`],
  [1e-7, `a9${text("0.0000001")}`],
  [2n ** 63n, `b3${text("9223372036854775808")}`],
  [-(2n ** 63n) - 1n, `b4${text("-9223372036854775809")}`],
  [1e30, `bf${text(`1${"0".repeat(30)}`)}`],
];

describe("numbers", () => {
  it.each(NUMBERS)("%s is sent as %s", (value, hex) => {
    expect(hexOf("number", value)).toBe(hex);
    expect(sameValue("number", decodeMsgpack("number", Buffer.from(hex, "hex")), value)).toBe(true);
  });

  it("a float64 and the decimal text it stands for are the same number", () => {
    const float = decodeMsgpack("number", Buffer.from("cb3fb999999999999a", "hex"));
    expect(float).toBe(0.1);
    expect(sameValue("number", float, decimal("0.100"))).toBe(true);
  });

  it("keeps digits that no float64 holds", () => {
    expect(numberFromText("9007199254740993")).toBe(9007199254740993n);
    expect(numberFromText("0.12345678901234567890")).toEqual(decimal("0.1234567890123456789"));
    expect(numberFromText("1e3")).toBe(1000);
    expect(numberText(decimal("-0.0"))).toBe("0");
    expect(compareNumbers(0.1, decimal("0.10000000000000000001"))).toBe(-1);
  });

  it("refuses NaN and Infinity", () => {
    expect(() => decodeMsgpack("number", Buffer.from("cb7ff8000000000000", "hex"))).toThrow("crashes on NaN");
    expect(() => decodeMsgpack("number", Buffer.from("cb7ff0000000000000", "hex"))).toThrow(
      "crashes on Infinity",
    );
  });
});

describe("dynamic values", () => {
  const cases: ReadonlyArray<readonly [Value, string]> = [
    [null, "c0"],
    [UNKNOWN, "d40000"],
    [dynamic("string", ""), `92c408${text('"string"')}a0`],
    [dynamic("bool", true), `92c406${text('"bool"')}c3`],
    [dynamic(["tuple", []], []), `92c40c${text('["tuple",[]]')}90`],
    [dynamic(["object", {}], {}), `92c40d${text('["object",{}]')}80`],
    [
      dynamic(["tuple", ["string", "number"]], ["a", 1]),
      `92c41d${text('["tuple",["string","number"]]')}92a16101`,
    ],
    [
      dynamic(["object", { b: "number", a: "string" }], { b: 1, a: "x" }),
      `92c426${text('["object",{"a":"string","b":"number"}]')}82a161a178a16201`,
    ],
  ];
  it.each(cases)("%o is sent with its type", (value, hex) => {
    expect(hexOf("dynamic", value)).toBe(hex);
    expect(sameValue("dynamic", decodeMsgpack("dynamic", Buffer.from(hex, "hex")), value)).toBe(true);
  });

  it("a bare value is refused", () => {
    expect(() => decodeMsgpack("dynamic", Buffer.from("a161", "hex"))).toThrow("must be an array");
    expect(() => decodeMsgpack("dynamic", Buffer.from("9101", "hex"))).toThrow("exactly two elements");
  });
});

describe("unknown values", () => {
  it("are sent as extension 0, refined ones as extension 12", () => {
    expect(hexOf("string", UNKNOWN)).toBe("d40000");
    expect(hexOf("string", refined({ notNull: true }))).toBe("c7030c8101c2");
    expect(hexOf("string", refined({ notNull: true, prefix: "pre-" }))).toBe(
      `c7090c8201c202a4${text("pre-")}`,
    );
    expect(hexOf("number", refined({ notNull: true, lower: { bound: 0, inclusive: true } }))).toBe(
      "c7070c8201c2039200c3",
    );
  });

  it("are read back with their refinement, keys from the future skipped", () => {
    expect(decodeMsgpack("string", Buffer.from("c7030c8101c2", "hex"))).toEqual(refined({ notNull: true }));
    expect(decodeMsgpack("string", Buffer.from("c7050c8201c20901", "hex"))).toEqual(
      refined({ notNull: true }),
    );
    expect(decodeMsgpack("number", Buffer.from("d40c80", "hex"))).toBe(UNKNOWN);
    expect(() => decodeMsgpack("string", Buffer.from("c702050102", "hex"))).toThrow(
      "unsupported extension type 0x05 with len 2",
    );
  });
});

describe("collections and objects", () => {
  it("sorts sets and keys as Terraform does", () => {
    expect(hexOf(["set", "string"], ["b", "a"])).toBe("92a161a162");
    expect(hexOf(["set", "number"], [10, 9])).toBe("92090a");
    expect(hexOf(["map", "number"], { b: 2, a: 1 })).toBe("82a16101a16202");
  });

  it("requires exactly the attributes of the type, in Terraform's words", () => {
    const type: CtyType = ["object", { o: ["object", { a: "string", b: "string" }] }];
    const bytes = encodeMsgpack(["map", ["map", "string"]], { o: { a: "x" } });
    expect(() => decodeMsgpack(type, bytes)).toThrow(
      '["o"]: an object with 2 attributes is required (1 given)',
    );
    const wrong = encodeMsgpack(["map", ["map", "string"]], { o: { a: "x", c: "y" } });
    expect(() => decodeMsgpack(type, wrong)).toThrow('["o"]: unsupported attribute "c"');
    expect(() => decodeMsgpack("bool", Buffer.from("01", "hex"))).toThrow("bool is required");
    expect(() => decodeMsgpack(["tuple", ["bool", "bool"]], Buffer.from("91c3", "hex"))).toThrow(
      "a tuple of length 2",
    );
  });

  it("refuses bytes behind the value", () => {
    expect(() => decodeMsgpack("bool", Buffer.from("c3c3", "hex"))).toThrow("Extra");
  });

  it("collapses equal set elements and compares sets without order", () => {
    expect(decodeMsgpack(["set", "string"], Buffer.from("93a162a161a162", "hex"))).toEqual(["b", "a"]);
    expect(decodeMsgpack(["set", "string"], Buffer.from("92d40000d40000", "hex"))).toHaveLength(2);
    expect(sameValue(["set", "string"], ["b", "a"], ["a", "b"])).toBe(true);
    expect(sameValue(["map", "string"], { constructor: null }, { name: null })).toBe(false);
    expect(sameValue(["set", "string"], ["b", UNKNOWN], ["a", UNKNOWN])).toBe(false);
  });

  it("normalises strings to NFC", () => {
    expect(hexOf("string", "e\u0301")).toBe("a2c3a9");
  });
});
