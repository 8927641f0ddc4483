import type { Reporter, TestModule } from "vitest/node";

/** Lists under the results why tests were skipped, a line for each reason: what has not run is no success. */
export class SkippedReporter implements Reporter {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = console.log) {
    this.#print = print;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const [reason, count] of countReasons(modules)) {
      this.#print(`NOT RUN: ${count} ${count === 1 ? "test" : "tests"}: ${reason}`);
    }
  }
}

function countReasons(modules: readonly Pick<TestModule, "children">[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { children } of modules) {
    for (const test of children.allTests("skipped")) {
      const result = test.result();
      const reason = (result.state === "skipped" && result.note) || "no reason given, see the list above";
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return counts;
}
