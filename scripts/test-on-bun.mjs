// Runs the unit tests of what is in an executable on the runtime that it has: `node scripts/test-on-bun.mjs [words for Vitest]`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fetchHostRuntime, goWithoutRuntime } from "./release/runtime.mjs";

const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
/** What depends on the runtime. src/provider does not, and the acceptance tests are about it in the executable. */
const TESTED = ["base", "framework", "http", "importer", "kakaocloud", "plugin", "protobuf", "protocol"];

const bun = await fetchHostRuntime().catch((error) => goWithoutRuntime(error, "NOT tested on Bun"));
if (bun !== undefined) {
  const tests = TESTED.map((folder) => `test/unit/${folder}/`);
  const words = ["run", "--project", "unit", "--maxWorkers=3", ...tests, ...process.argv.slice(2)];
  const { status } = spawnSync(bun, ["--bun", VITEST, ...words], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
