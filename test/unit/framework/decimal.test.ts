import { describe, expect, it } from "vitest";
import {
  compareNumbers,
  Decimal,
  equalNumbers,
  isExactDouble,
  normalizeNumber,
  numberText,
  parseNumber,
} from "../../../src/framework/decimal.ts";

describe("a number read from text", () => {
  it.each([
    ["5", 5],
    ["5.0", 5],
    ["-0.10", -0.1],
    ["+7", 7],
    ["1e3", 1000],
    ["12e-1", 1.2],
    [".5", 0.5],
    ["5.", 5],
    ["-0", 0],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ["1e30", 10n ** 30n],
  ])("%s has its one form", (text, number) => {
    expect(parseNumber(text)).toBe(number);
  });

  it("keeps every digit that a double would lose", () => {
    expect(parseNumber("0.12345678901234567890")).toEqual(new Decimal("0.1234567890123456789"));
    const beyond = `1${"0".repeat(400)}.5`;
    expect(parseNumber(beyond)).toEqual(new Decimal(beyond));
  });

  it.each(["", ".", "0x10", "1e", "NaN", "Infinity", "1 ", "--1", "1e999999999999"])(
    "%j is not one",
    (text) => {
      expect(() => parseNumber(text)).toThrow(RangeError);
    },
  );
});

describe("a JavaScript number", () => {
  it("means its shortest decimal text", () => {
    expect(normalizeNumber(1e23)).toBe(10n ** 23n);
    expect(normalizeNumber(2 ** 63)).toBe(9223372036854776000n);
    expect(normalizeNumber(5n)).toBe(5);
    expect(Object.is(normalizeNumber(-0), 0)).toBe(true);
    expect(numberText(1e-7)).toBe("0.0000001");
    expect(numberText(1e21)).toBe("1000000000000000000000");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("%d cannot be held", (value) => {
    expect(() => normalizeNumber(value)).toThrow(RangeError);
  });

  it("is an exact double only where its text is", () => {
    expect([0.5, 1.5, -0.25, 3].map(isExactDouble)).toEqual([true, true, true, true]);
    expect([0.1, 3.7, 5e-324].map(isExactDouble)).toEqual([false, false, false]);
  });
});

describe("two numbers", () => {
  it("are equal by their decimal text", () => {
    expect(equalNumbers(0.1, parseNumber("0.10"))).toBe(true);
    expect(equalNumbers(5, 5n)).toBe(true);
    expect(equalNumbers(2n ** 53n, 2n ** 53n + 1n)).toBe(false);
  });

  it("are ordered to the last digit", () => {
    const ordered = [
      -(2n ** 70n),
      -1.5,
      -1,
      0,
      parseNumber("0.12345678901234567890"),
      parseNumber("0.12345678901234567891"),
      1,
      2n ** 53n,
      2n ** 53n + 1n,
    ];
    expect([...ordered].reverse().sort(compareNumbers)).toEqual(ordered);
    expect(compareNumbers(5, 5n)).toBe(0);
  });
});
