import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { releaseLater } from "../../harness/cleanup.ts";
import { PROVIDER_EXECUTABLE, startPlugin } from "../../harness/plugin-process.ts";

function useTmpDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "tfp-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("the socket", () => {
  it.each(["000", "077", "777"])("is open to the same user alone, with the umask %s", async (umask) => {
    const plugin = await startPlugin({
      executable: "/bin/sh",
      args: ["-c", `umask ${umask}; exec "$0"`, PROVIDER_EXECUTABLE],
    });
    const { address } = plugin.handshake;
    expect(statSync(address).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    await plugin.shutdown();
  });

  it("of a killed process is removed by the next one, that of a living process is not", async () => {
    const env = { TMPDIR: useTmpDir() };
    const killed = await startPlugin({ env });
    await killed.kill();
    expect(readdirSync(env.TMPDIR)).toHaveLength(1);
    const living = await startPlugin({ env });
    const next = await startPlugin({ env });
    const remaining = [living, next].map(({ handshake }) => dirname(handshake.address)).sort();
    await expect
      .poll(
        () =>
          readdirSync(env.TMPDIR)
            .map((name) => join(env.TMPDIR, name))
            .sort(),
        { timeout: 10_000 },
      )
      .toEqual(remaining);
    expect(await living.client.call("GetProviderSchema", {})).toHaveProperty("provider");
    await Promise.all([living.shutdown(), next.shutdown()]);
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });
});
