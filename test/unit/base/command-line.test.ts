import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommandLine, UsageError } from "../../../src/base/command-line.ts";
import { readCommandLine as readEmulatorCommandLine } from "../../../src/emulator/cli/arguments.ts";
import { readCommandLine as readImporterCommandLine } from "../../../src/importer/arguments.ts";
import { readArguments } from "../../../src/plugin/startup/arguments.ts";

const SPECS = {
  out: { kind: "value", short: "o" },
  text: { kind: "value", allowEmpty: true },
  filter: { kind: "values" },
  force: { kind: "switch", short: "f" },
  help: { kind: "switch", short: "h" },
} as const;
const parse = (...words: readonly string[]) => parseCommandLine(words, SPECS);

describe("what is given", () => {
  it.each([
    [[], {}],
    [["--out", "a"], { out: "a" }],
    [["--out=a=b"], { out: "a=b" }],
    [["-o", "a"], { out: "a" }],
    [["-oa"], { out: "a" }],
    [["-fo", "a"], { force: true, out: "a" }],
    [["--out", "-"], { out: "-" }],
    [["--out", "-5"], { out: "-5" }],
    [["--out=--force"], { out: "--force" }],
    [["--out", "a", "--out", "b"], { out: "b" }],
    [["--text="], { text: "" }],
    [["--text", ""], { text: "" }],
    [["--filter", "a", "--filter=b"], { filter: ["a", "b"] }],
    [["--force"], { force: true }],
    [["--force=true"], { force: true }],
    [["--force=false"], { force: false }],
    [["--no-force"], { force: false }],
    [["--force", "--no-force"], { force: false }],
    [["--force", "--"], { force: true }],
  ])("%j is %j", (words, expected) => {
    expect(parse(...words)).toEqual(expected);
  });
});

describe("what is refused", () => {
  it.each([
    [["--foo"], "unknown option --foo (see --help)"],
    [["--foo=1"], "unknown option --foo (see --help)"],
    [["-x"], "unknown option -x (see --help)"],
    [["--flter", "a"], "unknown option --flter (did you mean --filter? see --help)"],
    [["--no-foo"], "unknown option --no-foo (see --help)"],
    [["--no-out"], "unknown option --no-out (see --help)"],
    [["--no-force=true"], "unknown option --no-force (see --help)"],
    [["--constructor"], "unknown option --constructor (see --help)"],
    [["--__proto__=1"], "unknown option --__proto__ (see --help)"],
    [["--out"], "--out needs a value"],
    [["-o"], "-o needs a value"],
    [["--out="], "--out needs a value"],
    [["--out", ""], "--out needs a value"],
    [["--filter="], "--filter needs a value"],
    [["--out", "--force"], "--out needs a value; if the value is --force, write --out=--force"],
    [["--force=1"], '--force must be true or false, got: "1"'],
    [["--force="], '--force must be true or false, got: ""'],
    [["--force", "false"], "unexpected argument false (see --help)"],
    [["a"], "unexpected argument a (see --help)"],
    [["-"], "unexpected argument - (see --help)"],
    [[""], "unexpected argument  (see --help)"],
    [["--", "--force"], "unexpected argument --force (see --help)"],
  ])("%j: %s", (words, message) => {
    expect(() => parse(...words)).toThrow(new UsageError(message));
  });

  it("is reported by a UsageError, whatever the words are", () => {
    const word = fc.oneof(
      fc.constantFrom("--out", "--force", "--no-force", "--", "-", "-o", "-f", "--filter=", "--=", "--no-"),
      fc.string({ maxLength: 12 }),
      fc.string({ maxLength: 12 }).map((text) => `--${text}`),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        try {
          const given = parse(...words);
          expect(Object.keys(given).every((name) => Object.hasOwn(SPECS, name))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe("every command of the project", () => {
  const commands = [
    ["kakaocloud-import", readImporterCommandLine],
    ["kakaocloud-emulator", readEmulatorCommandLine],
    ["the provider", readArguments],
  ] as const;

  it.each(commands)("%s reads a command line in the same way", (_name, read) => {
    expect(() => read(["--foo"])).toThrow("unknown option --foo (see --help)");
    expect(() => read(["--help=3"])).toThrow('--help must be true or false, got: "3"');
    expect(() => read(["x"])).toThrow("unexpected argument x (see --help)");
    expect(read(["--help"]).action).toBe("help");
    expect(read(["-h"]).action).toBe("help");
    expect(read(["--version"]).action).toBe("version");
    expect(read(["--help=false"]).action).toBe(read([]).action);
    expect(read(["--no-help"]).action).toBe(read([]).action);
  });

  it("the emulator's --print-env=false prints nothing", () => {
    expect(readEmulatorCommandLine(["--print-env=false"]).printEnv).toBe(false);
    expect(readEmulatorCommandLine(["--print-env"]).printEnv).toBe(true);
    expect(readEmulatorCommandLine(["--no-volume-busy"]).options.settings).toEqual({ volumeBusy: false });
    expect(readEmulatorCommandLine(["--expires-skew-ms", "-5"]).options.settings).toEqual({
      expiresSkewMs: -5,
    });
  });
});

describe("the provider's own options", () => {
  it.each([
    [["--debug"], "debug", "kakaocloud.internal/images/kakaocloud"],
    [["-debug", "-address", "kakaoenterprise/kakaocloud"], "debug", "kakaoenterprise/kakaocloud"],
    [["--debug", "--address=localhost:8080/a/b"], "debug", "localhost:8080/a/b"],
    [["--debug=false"], "serve", "kakaocloud.internal/images/kakaocloud"],
  ])("%j", (words, action, address) => {
    expect(readArguments(words)).toEqual({ action, address });
  });

  it.each(["kakaocloud", "a/b/c/d", "a/b'; rm -rf /", "-/b/c x"])("--address %j is refused", (address) => {
    expect(() => readArguments(["--debug", `--address=${address}`])).toThrow(
      "--address must be a source address such as kakaocloud.internal/images/kakaocloud",
    );
  });
});
