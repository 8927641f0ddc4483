// Runs a driver, which is TypeScript, in a process of its own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleHarness } from "../../scripts/bundle-harness.mjs";

/** Resolves when it has ended; rejects when it fails. What it prints goes to this process's output. */
export async function runDriver(driver, args) {
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const bundle = join(directory, "driver.mjs");
    await bundleHarness(driver, bundle);
    execFileSync(process.execPath, [bundle, ...args], { stdio: "inherit" });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
