// Runs the unit tests of what is in an executable on the runtime that it has: `node scripts/test-on-bun.mjs [words for Vitest]`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hostPlatform } from "./release/platforms.mjs";
import { fetchRuntime } from "./release/runtime.mjs";

const VITEST = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
/** What depends on the runtime. src/provider does not, and the acceptance tests are about it in the executable. */
const TESTED = ["framework", "importer", "kakaocloud", "plugin", "protobuf", "protocol"];

const bun = await findBun();
if (bun !== undefined) {
  const tests = TESTED.map((folder) => `test/unit/${folder}/`);
  const words = ["run", "--project", "unit", ...tests, ...process.argv.slice(2)];
  const { status } = spawnSync(bun, ["--bun", VITEST, ...words], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}

/** Undefined, with a word about it, where releases are not for, and without a network, which CI has. */
async function findBun() {
  try {
    const platform = hostPlatform();
    if (platform !== undefined) return await fetchRuntime(platform);
    console.warn(`NOT tested on Bun: there are no releases for ${process.platform} ${process.arch}`);
  } catch (error) {
    if (process.env.CI === "true") throw error;
    console.warn(`NOT tested on Bun: ${error.message}`);
  }
}
