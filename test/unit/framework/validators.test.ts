import { describe, expect, it } from "vitest";
import { attributePath } from "../../../src/framework/path.ts";
import { duration, eachElement, matches, oneOf, type Validator } from "../../../src/framework/validators.ts";
import { UNKNOWN } from "../../../src/framework/value.ts";
import { possibleName, uuid } from "../../../src/provider/validators.ts";

const at = attributePath("name");

describe("a validator of text", () => {
  it.each<[string, Validator<string>, string, string | null]>([
    ["oneOf", oneOf("a", "b"), "a", null],
    ["oneOf", oneOf("a", "b"), "c", 'Attribute name must be one of "a", "b", got: "c".'],
    ["matches", matches(/^[a-z]+$/, "must be lower case"), "abc", null],
    [
      "matches",
      matches(/^[a-z]+$/, "must be lower case"),
      'A"\n',
      'Attribute name must be lower case, got: "A\\"\\n".',
    ],
    [
      "matches",
      matches(/^x$/, "must be x"),
      "y".repeat(300),
      `Attribute name must be x, got: "${"y".repeat(199)}….`,
    ],
    ["duration", duration, "5m", null],
    ["duration", duration, "-5m", null],
    [
      "duration",
      duration,
      "5",
      'Attribute name must be a duration such as "30s", "10m" or "2h45m": missing unit in duration "5". Add a unit, such as "5s".',
    ],
    [
      "duration",
      duration,
      "5min",
      'Attribute name must be a duration such as "30s", "10m" or "2h45m": unknown unit "min" in duration "5min".',
    ],
  ])("%s(%#)", (_name, validator, value, detail) => {
    const found = validator(value, at);
    expect(found.map((finding) => finding.detail)).toEqual(detail === null ? [] : [detail]);
    for (const { severity, path, summary } of found) {
      expect({ severity, path }).toEqual({ severity: "error", path: at });
      expect(summary).toMatch(/^Invalid Attribute Value( Time Duration)?$/);
    }
  });
});

describe("each element", () => {
  it("is checked, unless it is unknown, and named by its place", () => {
    const elements = ["a", UNKNOWN, "B", null, "C"] as unknown as string[];
    const found = eachElement(matches(/^[a-z]$/, "must be lower case"))(elements, at);
    expect(found.map(({ path }) => path)).toEqual([2, 3, 4].map((setElement) => [...at, { setElement }]));
  });
});

it.each([
  ["matches", matches(/^a$/, "must be an a"), "b"],
  ["oneOf", oneOf("a"), "b"],
  ["duration", duration, "30"],
  ["uuid", uuid, "b"],
  ["possibleName", possibleName, " "],
] as const)("%s says what is wrong apart from what the value is called", (_name, validator, value) => {
  const path = attributePath("outer", "inner");
  const [finding] = validator(value, path);
  expect(finding?.path).toEqual(path);
  expect(finding?.problem).not.toContain("outer");
  expect(finding?.detail).toBe(`Attribute outer.inner ${finding?.problem}`);
});
