import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { releaseLater } from "../../harness/cleanup.ts";
import { startPlugin } from "../../harness/plugin-process.ts";

// Changes the name of the platform for the provider, which only Node can do: see vitest.config.mts.
it("listens on a port of Terraform's range where the platform is Windows, serves there over mTLS, and shuts down", async () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  const preload = join(folder, "windows.cjs");
  writeFileSync(preload, 'Object.defineProperty(process, "platform", { value: "win32" });\n');
  const plugin = await startPlugin({ env: { NODE_OPTIONS: `--require=${preload}` } });
  const { network, address, certificate } = plugin.handshake;
  expect(network).toBe("tcp");
  expect(certificate).not.toBeNull();
  const [host, port] = address.split(":");
  expect(host).toBe("127.0.0.1");
  expect(Number(port)).toBeGreaterThanOrEqual(10_000);
  expect(Number(port)).toBeLessThanOrEqual(25_000);
  expect(await plugin.client.call("GetProviderSchema", {})).toHaveProperty("provider");
  await plugin.shutdown();
});
