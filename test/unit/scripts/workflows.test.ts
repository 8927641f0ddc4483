import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/cli-config.mjs";

const FOLDER = join(ROOT, ".github/workflows");

describe.each(readdirSync(FOLDER))("the workflow %s", (name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  /** The jobs as text. */
  const jobs = text
    .slice(text.indexOf("\njobs:\n"))
    .split(/\n(?= {2}[\w-]+:\n)/)
    .slice(1);

  it("names each action by its commit", () => {
    const actions = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("leaves no credentials in the working tree", () => {
    const checkouts = text.split("uses: actions/checkout@").slice(1);
    for (const checkout of checkouts)
      expect(checkout).toMatch(/^\S+ # \S+\n {8}with:\n(?: {10}.*\n)*? {10}persist-credentials: false\n/);
  });

  it("may write only in a job that is protected and runs nothing of the repository", () => {
    expect(text.slice(0, text.indexOf("\njobs:\n"))).not.toContain("write");
    for (const job of jobs.filter((one) => /: write|secrets\./.test(one))) {
      expect(job).toMatch(/^ {4}environment: \w+$/m);
      expect(job).not.toMatch(/actions\/checkout|npm|make|node /);
    }
  });
});
