import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import type { CtyType } from "../../harness/type.ts";
import { dynamic, type Value } from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

// Terraform calls functions in a process that it does not configure.
const fixture = shareFixture({ configured: false });

const call = (name: string, ...given: readonly (readonly [CtyType, Value])[]) =>
  fixture().client.call("CallFunction", {
    name,
    arguments: given.map(([type, value]) => encodeValue(type, value)),
  });

const words = (...list: readonly string[]) => [["list", "string"], list] as const;
const NOTHING = ["string", null] as const;

describe("functions", () => {
  it("FN-01 are in the provider's schema, and GetFunctions returns the same", async () => {
    const { response } = await fixture().core.schemas();
    const { functions, diagnostics } = await fixture().client.call("GetFunctions", {});
    expect(diagnostics).toEqual([]);
    expect(functions).toEqual(response.functions);
    expect(Object.keys(functions).sort()).toEqual(["echo", "join"]);
    expect(functions.join).toMatchObject({
      summary: "Joins words",
      parameters: [
        { name: "words", allowNullValue: false },
        { name: "separator", allowNullValue: true },
      ],
    });
    expect(functions.join?.return?.type.toString()).toBe('"string"');
  });

  it("FN-02 return a value of their type, without configuration", async () => {
    const { result, error } = await call("join", words("a", "b"), ["string", "-"]);
    expect(error).toBeNull();
    expect(decodeValue("string", result)).toBe("a-b");
    expect(decodeValue("string", (await call("join", words("a", "b"), NOTHING)).result)).toBe("ab");
  });

  it("FN-03 keep the type of a dynamic value", async () => {
    const given = dynamic(["tuple", ["string", "bool"]], ["a", true]);
    const { result } = await call("echo", ["dynamic", given]);
    expect(decodeValue("dynamic", result)).toEqual(given);
  });

  it.each<[string, readonly (readonly [CtyType, Value])[], object]>([
    ["an argument is wrong", [words(), NOTHING], { text: "there are no words", functionArgument: "0" }],
    ["nothing in particular is", [words("general"), NOTHING], { text: "nothing in particular" }],
    [
      "an argument is null that must not be",
      [[["list", "string"], null], NOTHING],
      { functionArgument: "0" },
    ],
    ["an argument does not fit", [words("a"), ["bool", true]], { functionArgument: "1" }],
    ["arguments are missing", [words("a")], { text: "it takes 2 arguments, but was given 1" }],
    [
      "the function has a bug",
      [words("bug"), NOTHING],
      { text: expect.stringContaining("bug in the provider") },
    ],
  ])("FN-04 say in the response that %s", async (_title, given, error) => {
    expect(await call("join", ...given)).toMatchObject({ result: null, error });
  });

  it("FN-04 report an unknown function", async () => {
    expect((await call("nothing")).error?.text).toContain('no function "nothing"');
  });
});
