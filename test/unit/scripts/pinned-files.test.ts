import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { GLIBC_PACKAGES } from "../../../scripts/release/glibc.mjs";
import { BUN_VERSION, PLATFORMS } from "../../../scripts/release/platforms.mjs";

/** A cache folder with a file in it that somebody has changed. */
function useChangedCache(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), "cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), "#!/bin/sh\necho changed\n", { mode: 0o755 });
  vi.stubEnv("RUNTIME_CACHE", folder);
  // The folder is read when the module is.
  vi.resetModules();
  onTestFinished(() => void vi.unstubAllEnvs());
}

it.each(PLATFORMS)("refuses a kept runtime for $name that has changed", async (platform) => {
  const name = platform.name.startsWith("windows") ? "bun.exe" : "bun";
  useChangedCache(`${basename(platform.package)}-${BUN_VERSION}/bin/${name}`);
  const { fetchRuntime } = await import("../../../scripts/release/runtime.mjs");
  await expect(fetchRuntime(platform)).rejects.toThrow(/is not the pinned file: its SHA-256 is/);
});

it.each(GLIBC_PACKAGES)(
  "refuses a kept package of Debian for $architecture that has changed",
  async (pinned) => {
    useChangedCache(`debian/${pinned.package}_${pinned.version}_${pinned.architecture}.deb`);
    const { unpackDebianPackages } = await import("../../../scripts/release/debian.mjs");
    await expect(unpackDebianPackages([pinned])).rejects.toThrow(/is not the pinned file: its SHA-256 is/);
  },
);
