import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take long because they wait, the longest first: one that starts last holds up the end of the run. */
const SLOW = [
  "test/property/orphans.test.ts",
  "test/acceptance/release/release.test.ts",
  "test/acceptance/image/killed.test.ts",
  "test/acceptance/project/make-targets.test.ts",
  "test/unit/provider/image-recovery.test.ts",
  "test/unit/provider/image.test.ts",
  "test/unit/provider/limits.test.ts",
  "test/unit/provider/refusals.test.ts",
  "test/acceptance/emulator/status-page.test.ts",
  "test/acceptance/importer/adopt.test.ts",
  "test/acceptance/harness/core.test.ts",
  "test/acceptance/image/interrupt.test.ts",
  "test/property/sharing.test.ts",
  "test/protocol/plugin/shutdown.test.ts",
  "test/acceptance/project/snippets.test.ts",
  "test/acceptance/examples.test.ts",
  "test/protocol/conformance/image.test.ts",
];

/** The slow files, and then one project after the other: a worker serves files of one project only, and starting one costs a second. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b) || placeOf(a) - placeOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = SLOW.findIndex((file) => moduleId.endsWith(file));
  return rank < 0 ? SLOW.length : rank;
}

/** Last come the unit tests, which are short. */
function placeOf({ project }: TestSpecification): number {
  return ["property", "acceptance", "protocol", "executable", "bundled-glibc"].indexOf(project.name) >>> 0;
}
