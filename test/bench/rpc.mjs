// What one call of the protocol costs; see rpc-driver.ts.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleHarness } from "../../scripts/bundle-harness.mjs";
import { HOST_EXECUTABLE } from "../../scripts/release/host-executable.mjs";
import { cleanEnvironment } from "./cli.mjs";
import { startCloud } from "./cloud.mjs";
import { quantile } from "./statistics.mjs";

/** Measures calls one by one and ten at a time, RPC by RPC; with `full` also the memory over a hundred thousand of them. */
export async function benchRpc({ quick, full }) {
  const cloud = await startCloud({ preloadImages: 1 }, cleanEnvironment());
  const directory = mkdtempSync(join(tmpdir(), "bench-rpc-"));
  try {
    const driver = join(directory, "driver.mjs");
    await bundleHarness("test/bench/rpc-driver.ts", driver);
    const [{ id }] = await cloud.list(1);
    const args = [driver, HOST_EXECUTABLE, cloud.url, id, quick ? "300" : "3000", full ? "100000" : "0"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: cleanEnvironment() });
    const { rpcs, memoryCalls, memory } = JSON.parse(stdout);
    return {
      rpcs: Object.entries(rpcs).map(([name, { oneByOneMs, callsPerSecond }]) => ({
        name,
        p50Ms: quantile(oneByOneMs, 0.5),
        p99Ms: quantile(oneByOneMs, 0.99),
        callsPerSecond,
      })),
      memory: memoryCalls > 0 ? { calls: memoryCalls, residentMegabytes: memory } : null,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await cloud.stop();
  }
}
