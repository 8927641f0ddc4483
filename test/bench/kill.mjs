// Ends the provider and Terraform by force during a create; see kill-driver.ts. An argument is the number of moments.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCli, PROVIDER_DIRECTORY, SOURCE_ADDRESS, writeCliConfig } from "../../scripts/cli-config.mjs";
import { runDriver } from "./run-driver.mjs";

const directory = mkdtempSync(join(tmpdir(), "bench-kill-"));
try {
  const setting = JSON.stringify({
    terraform: findCli(),
    source: SOURCE_ADDRESS,
    cliConfig: writeCliConfig(directory, { folder: PROVIDER_DIRECTORY, offline: true }),
    directory,
  });
  await runDriver("test/bench/kill-driver.ts", [setting, ...process.argv.slice(2)]);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
