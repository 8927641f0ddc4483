import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPT = join(ROOT, "scripts/case-table.mjs");

/** A repository with two cases and a test file of these names; the result runs the script in it. */
function useRepository(...names: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), "cases-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "test/protocol/conformance"), { recursive: true });
  const list = "id\tlevel\tcore\ttitle\tunless\nQQ-01\tP\t*\tone\t\nQQ-02\tT\t\ttwo\tit cannot be\n";
  writeFileSync(join(root, "test/protocol/conformance/cases.tsv"), list);
  const rewriteTests = (...titles: readonly string[]): void => {
    const tests = titles.map((title) => `it.each([1])(${JSON.stringify(title)}, () => {});\n`).join("");
    writeFileSync(join(root, "test/some.test.ts"), tests);
  };
  rewriteTests(...names);
  const run = (...args: readonly string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
      cwd: root,
      encoding: "utf8",
    });
    return { status, stderr };
  };
  return Object.assign(run, { root, rewriteTests });
}

describe("a table of cases", () => {
  it("is up to date, and has a test for every case", () => {
    execFileSync(process.execPath, [SCRIPT, "--check"], { cwd: ROOT, stdio: "pipe" });
  });

  it("is refused when a case has no test, unless it cannot apply", () => {
    expect(useRepository("something else")()).toEqual({ status: 1, stderr: "no test shows QQ-01: one\n" });
    expect(useRepository("QQ-01 holds")()).toEqual({ status: 0, stderr: "" });
  });

  it("is refused when a test names a case that is not in the list", () => {
    expect(useRepository("QQ-01 QQ-07 hold")()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("QQ-07"),
    });
  });

  it("is refused when it is out of date", () => {
    const run = useRepository("QQ-01 holds");
    run();
    expect(run("--check").status).toBe(0);
    run.rewriteTests("QQ-01 holds", "QQ-02 holds too");
    expect(run("--check")).toMatchObject({ status: 1, stderr: expect.stringContaining("is stale") });
  });

  it("is refused when, by a report, no test of a case passed", () => {
    const run = useRepository("QQ-01 holds");
    const report = (status: string) => {
      const file = join(run.root, "report.json");
      const assertionResults = [{ title: "QQ-01 holds", status }];
      writeFileSync(file, JSON.stringify({ testResults: [{ assertionResults }] }));
      return run("--report", file);
    };
    expect(report("passed").status).toBe(0);
    expect(report("skipped")).toMatchObject({ status: 1, stderr: "no passed test shows QQ-01: one\n" });
    expect(report("failed").status).toBe(1);
  });
});
