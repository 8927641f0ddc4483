import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/base/command-line.ts";
import { readCommandLine } from "../../../src/importer/arguments.ts";
import type { Image } from "../../../src/kakaocloud/images.ts";

const image = (name: string | null, created_at: string | null = "2025-03-04T05:06:07Z") =>
  ({ name, created_at }) as Image;

it("selects everything without an option", () => {
  expect(readCommandLine([])).toMatchObject({
    action: "run",
    out: undefined,
    force: false,
    members: false,
    excludeStates: [],
    filter: [],
    provider: { service_realm: null, region: null, endpoint_overrides: null },
    verbose: false,
  });
});

it("accepts each option", () => {
  const words =
    "-o a.tf --force --members --exclude-state - --exclude-state b.json --filter os_type=linux --region kr-central-1";
  const { provider, ...rest } = readCommandLine([
    ...words.split(" "),
    "--endpoint=iam=http://x",
    "--endpoint",
    "config=http://y",
  ]);
  expect(rest).toMatchObject({
    out: "a.tf",
    force: true,
    members: true,
    excludeStates: ["-", "b.json"],
    filter: [{ name: "os_type", value: "linux" }],
  });
  expect(provider.region).toBe("kr-central-1");
  expect(Object.fromEntries(provider.endpoint_overrides ?? [])).toEqual({
    iam: "http://x",
    config: "http://y",
  });
});

it.each([["-h"], ["--help"], ["--region", "nowhere", "--help"]])(
  "handles %s whatever the other options are",
  (...words) => {
    expect(readCommandLine(words).action).toBe("help");
  },
);

describe("images", () => {
  it.each([
    ["golden-*", "golden-web", true],
    ["golden-*", "a golden-web", false],
    ["*web*", "golden-web-01", true],
    ["golden-?", "golden-1", true],
    ["golden-?", "golden-👍", true],
    ["golden-?", "golden-12", false],
    ["a.b(c)[d]{e}|^$+\\", "a.b(c)[d]{e}|^$+\\", true],
    ["a.b", "axb", false],
    ["*", "two\nlines", true],
    ["", "", true],
    ["", "a", false],
    ["*ab*ab", "abaab", true],
    ["*ab*ab", "abaa", false],
    ["a**?", "ab", true],
    [`${"*a".repeat(12)}*b`, "a".repeat(5_000), false],
  ])("by the name pattern %j: %j is %s", (pattern, name, expected) => {
    expect(readCommandLine(["--name", pattern]).keeps(image(name))).toBe(expected);
  });

  it.each([
    [["--created-after", "2025-03-04"], "2025-03-04T00:00:00Z", true],
    [["--created-after", "2025-03-04"], "2025-03-03T23:59:59Z", false],
    [["--created-after", "2025-03-04T05:06"], "2025-03-04T05:06:00Z", true],
    [["--created-after", "2025-03-04T05:06:07+09:00"], "2025-03-03T20:06:07Z", true],
    [["--created-before", "2025-03-04"], "2025-03-04T00:00:00Z", false],
    [["--created-before", "2025-03-04"], "2025-03-03T23:59:59Z", true],
    [["--created-after", "2025-03-04", "--created-before", "2025-03-05"], "2025-03-04T12:00:00Z", true],
    [["--created-after", "2025-03-04"], null, false],
    [["--created-before", "2025-03-04"], null, false],
  ])("by %j: %s is %s", (words, created, expected) => {
    expect(readCommandLine(words).keeps(image("x", created))).toBe(expected);
  });
});

describe("wrong usage", () => {
  it.each([
    [["--nmae", "x"], "unknown option --nmae (did you mean --name? see --help)"],
    [["images.tf"], "unexpected argument images.tf (see --help)"],
    [["--out", ""], "--out needs a value"],
    [["--force"], "--force replaces a file: set it with --out."],
    [["--filter", "name"], '--filter needs NAME=VALUE, got: "name".'],
    [["--filter", "nmae=x"], '--filter nmae=x: the name must be one of "id", "name"'],
    [
      ["--filter", "name=x", "--filter", "image_type=x"],
      '--filter image_type=x: the value must be one of "basic", "my", got: "x"',
    ],
    [
      ["--filter", "name=x", "--filter", "name=y"],
      '--filter name=y: the name must not repeat the name of an earlier filter, got: "name"',
    ],
    [
      ["--provider", "a b"],
      '--provider must be a local name such as images, or images.seoul with an alias, got: "a b".',
    ],
    [["--provider", "images\n}"], "--provider must be a local name such as images"],
    [["--region", "x"], '--region must be one of "kr-central-1"'],
    [["--service-realm", "x"], "--service-realm must be one of"],
    [["--service-realm", "gov"], "--service-realm gov needs --endpoint iam=URL and --endpoint config=URL"],
    [
      ["--service-realm", "gov", "--endpoint", "iam=http://x"],
      "--service-realm gov needs --endpoint config=URL,",
    ],
    [["--endpoint", "x=http://y"], "--endpoint x is not a KakaoCloud service. The services are: iam,"],
    [["--endpoint", "iam=y"], "--endpoint iam must be an absolute URL"],
    [["--created-after", "yesterday"], "--created-after needs a time such as 2025-03-04"],
    [["--created-before", "2025-13-04"], "--created-before needs a time such as 2025-03-04"],
    [["--exclude-state", "-", "--exclude-state", "-"], "--exclude-state - can only be given once"],
  ])("%j: %s", (words, message) => {
    expect(() => readCommandLine(words)).toThrow(UsageError);
    expect(() => readCommandLine(words)).toThrow(message);
  });
});
