// The provider under load and after an outage; see load-driver.ts. Arguments choose scenarios by a part of their name.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleHarness } from "../../scripts/bundle-harness.mjs";

const directory = mkdtempSync(join(tmpdir(), "bench-load-"));
try {
  const driver = join(directory, "driver.mjs");
  await bundleHarness("test/bench/load-driver.ts", driver);
  execFileSync(process.execPath, [driver, ...process.argv.slice(2)], { stdio: "inherit" });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
