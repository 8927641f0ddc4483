import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isRequired, REQUIREMENTS } from "../../../scripts/requirements.mjs";
import { requireOrSkip } from "../../harness/requirements.ts";
import { SkippedReporter } from "../../harness/skipped-reporter.mts";

/** What becomes of a test that needs a browser where there is none. */
function outcome(env: NodeJS.ProcessEnv): string {
  let skipped: string | undefined;
  const context = {
    skip: (note?: string) => {
      skipped = note;
    },
  };
  try {
    requireOrSkip(context, "browser", false, undefined, env);
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  return `skipped: ${skipped}`;
}

describe("what a test needs and does not find", () => {
  it.each([{}, { CI: "true" }, { TEST_REQUIRE: "" }, { TEST_REQUIRE: "cli,curl" }])(
    "skips the test with %o, and says how to get it",
    (env) => expect(outcome(env)).toMatch(/^skipped: browser not found: install chromium .*CHROMIUM/),
  );

  it.each(["browser", "cli,browser", "all"])("fails the test with TEST_REQUIRE=%s", (names) => {
    expect(outcome({ TEST_REQUIRE: names })).toMatch(/^failed: browser not found: install chromium /);
  });

  it("is refused in TEST_REQUIRE when nobody knows it", () => {
    expect(() => isRequired("browser", { TEST_REQUIRE: "browsers" })).toThrow(
      'TEST_REQUIRE lists "browsers"; it takes all, or cli, browser',
    );
  });

  it("is in the table of CONTRIBUTING.md, with everything else that tests may need", () => {
    const path = fileURLToPath(new URL("../../../CONTRIBUTING.md", import.meta.url));
    const rows = [
      ...readFileSync(path, "utf8").matchAll(/^\| `([a-z]+)` \|.*TEST_REQUIRE|^\| `([a-z]+)` \|/gm),
    ];
    expect(rows.map(([, one, other]) => one ?? other)).toEqual(Object.keys(REQUIREMENTS));
  });
});

describe("the summary", () => {
  it("says how many tests did not run for each reason", () => {
    const skipped = (note: string | undefined) => ({
      result: () => ({ state: "skipped", note }),
    });
    const module = {
      children: { allTests: () => [skipped("no browser"), skipped("no browser"), skipped(undefined)] },
    };
    const lines: string[] = [];
    const reporter = new SkippedReporter((line) => lines.push(line));
    reporter.onTestRunEnd([module] as unknown as Parameters<typeof reporter.onTestRunEnd>[0]);
    expect(lines).toEqual([
      "NOT RUN: 2 tests: no browser",
      "NOT RUN: 1 test: no reason given, see the list above",
    ]);
  });
});
