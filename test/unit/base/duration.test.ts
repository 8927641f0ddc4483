import { describe, expect, it } from "vitest";
import { DurationError, durationToMs, formatDurationMs, parseDuration } from "../../../src/base/duration.ts";

describe("a duration that Go accepts", () => {
  it.each([
    ["0", 0n],
    ["+0", 0n],
    ["-0", 0n],
    ["0s", 0n],
    ["5m", 300_000_000_000n],
    ["1h30m", 5_400_000_000_000n],
    ["30m1h", 5_400_000_000_000n],
    ["1h1h", 7_200_000_000_000n],
    ["300ms", 300_000_000n],
    ["1.5h", 5_400_000_000_000n],
    [".5s", 500_000_000n],
    ["1.s", 1_000_000_000n],
    ["-1.5h", -5_400_000_000_000n],
    ["+5m", 300_000_000_000n],
    ["00005m", 300_000_000_000n],
    ["1ms1us1ns", 1_001_001n],
    ["1\u00b5s", 1_000n],
    ["1\u03bcs", 1_000n],
    ["0.0000000001s", 0n],
    ["1.5ns", 1n],
    ["1.99999999999999999999s", 2_000_000_000n],
    ["2562047h47m16.854775807s", 9_223_372_036_854_775_807n],
    ["9223372036854775807ns", 9_223_372_036_854_775_807n],
    ["-9223372036854775808ns", -9_223_372_036_854_775_808n],
  ])("%s is %d ns", (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });
});

describe("a duration that Go refuses", () => {
  const invalid = ["", ".s", "s", "-", "+", "--5m", "+-5m", " 5m", "\u0665m", "\uff15m"];
  const outOfRange = [
    "9223372036854775808ns",
    "9223372036854775809ns",
    "-9223372036854775809ns",
    "2562047h47m16.854775808s",
    "99999999999999999999x",
  ];
  const missing = ["5", "1.", "1h30"];
  const unknown = [
    ["1d", "d"],
    ["1w", "w"],
    ["1y", "y"],
    ["1min", "min"],
    ["1sec", "sec"],
    ["1hour", "hour"],
    ["5M", "M"],
    ["1S", "S"],
    ["1 h", " h"],
    ["5m ", "m "],
    ["1_000s", "_"],
    ["0x5s", "x"],
    ["1h,30m", "h,"],
    ["1h-30m", "h-"],
    ["1e3s", "e"],
    ["9223372036854775808ns1x", "x"],
  ] as const;

  it.each([...invalid, ...outOfRange])("%j is invalid", (text) => {
    const quoted = [...Buffer.from(text)]
      .map((byte) => (byte >= 0x80 ? `\\x${byte.toString(16)}` : String.fromCharCode(byte)))
      .join("");
    expect(() => parseDuration(text)).toThrow(new DurationError(`time: invalid duration "${quoted}"`));
  });

  it.each(missing)("%j lacks a unit", (text) => {
    expect(() => parseDuration(text)).toThrow(new DurationError(`time: missing unit in duration "${text}"`));
  });

  it.each(unknown)("%j has the unknown unit %j", (text, unit) => {
    expect(() => parseDuration(text)).toThrow(
      new DurationError(`time: unknown unit "${unit}" in duration "${text}"`),
    );
  });

  it("is quoted as Go quotes it", () => {
    expect(() => parseDuration('5"\\\n\u00e9')).toThrow(
      String.raw`time: unknown unit "\"\\\x0a\xc3\xa9" in duration "5\"\\\x0a\xc3\xa9"`,
    );
  });
});

it("a text that is longer than any duration is not read", () => {
  expect(() => parseDuration(`${"9".repeat(1_000)}s`)).toThrow(
    "time: duration is longer than 1000 characters",
  );
});

describe("milliseconds", () => {
  it("are rounded up, so that no positive limit becomes none", () => {
    expect([1n, 999_999n, 1_000_000n, 1_000_001n, 0n, -1n, -5_000_000n].map(durationToMs)).toEqual([
      1, 1, 1, 2, 0, 0, -5,
    ]);
  });

  it.each([
    [0, "0ms"],
    [450, "450ms"],
    [42_000, "42s"],
    [185_000, "3m5s"],
    [7_200_000, "2h"],
    [3_661_000, "1h1m1s"],
  ])("%d reads as %s", (ms, text) => {
    expect(formatDurationMs(ms)).toBe(text);
  });
});
