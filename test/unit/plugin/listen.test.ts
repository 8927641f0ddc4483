import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Listener, listen, listenWithoutTls } from "../../../src/plugin/startup/listen.ts";

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "listen-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function listenFor(env: NodeJS.ProcessEnv, platform?: NodeJS.Platform): Promise<Listener> {
  const listener = await listen(env, platform);
  onTestFinished(() => {
    listener.server.close();
    listener.remove();
  });
  return listener;
}

describe("listen", () => {
  it("creates a socket in a new folder, which is removed with it", async () => {
    const TMPDIR = createFolder();
    const { server, address, remove } = await listenFor({ TMPDIR });
    expect(dirname(dirname(address.location))).toBe(TMPDIR);
    expect(statSync(dirname(address.location)).mode & 0o777).toBe(0o700);
    const client = connect(address.location);
    const [socket] = await once(server, "connection");
    client.destroy();
    socket.destroy();
    remove();
    remove();
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it.each([0o000, 0o022, 0o277, 0o777])(
    "admits only the same user, whatever the umask: %o",
    async (umask) => {
      const TMPDIR = createFolder();
      const PLUGIN_UNIX_SOCKET_DIR = createFolder();
      const before = process.umask(umask);
      onTestFinished(() => void process.umask(before));
      for (const env of [{ TMPDIR }, { PLUGIN_UNIX_SOCKET_DIR }]) {
        const { address } = await listenFor(env);
        expect(statSync(address.location).mode & 0o777).toBe(0o600);
        if (env.TMPDIR) expect(statSync(dirname(address.location)).mode & 0o777).toBe(0o700);
      }
      expect(process.umask()).toBe(umask);
    },
  );

  it("takes the first free port of Terraform's range on Windows", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const range = { PLUGIN_MIN_PORT: String(port), PLUGIN_MAX_PORT: String(Math.min(port + 20, 65535)) };
    const { address } = await listenFor(range, "win32");
    const [host, chosen] = address.location.split(":");
    expect(address.network).toBe("tcp");
    expect(host).toBe("127.0.0.1");
    expect(Number(chosen)).toBeGreaterThan(port);
    expect(Number(chosen)).toBeLessThanOrEqual(port + 20);
  });

  it("reports when the range is used up", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const port = String((taken.address() as AddressInfo).port);
    const attempt = listen({ PLUGIN_MIN_PORT: port, PLUGIN_MAX_PORT: port }, "win32");
    await expect(attempt).rejects.toThrow(`no free port on 127.0.0.1 between ${port} and ${port}`);
  });

  it.each([
    {},
    { PLUGIN_MIN_PORT: "x", PLUGIN_MAX_PORT: "25000" },
    { PLUGIN_MIN_PORT: "9", PLUGIN_MAX_PORT: "8" },
  ])("lets the system choose without a usable range: %j", async (env) => {
    expect((await listenFor(env, "win32")).address.location).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("uses no port without TLS where a socket is possible, and admits no group", async () => {
    const long = { TMPDIR: join(createFolder(), "x".repeat(120)) };
    await expect(listenWithoutTls({ ...long, PLUGIN_UNIX_SOCKET_DIR: "/no/such/folder" })).rejects.toThrow(
      "cannot listen",
    );
    const TMPDIR = createFolder();
    const listener = await listenWithoutTls({ TMPDIR, PLUGIN_UNIX_SOCKET_GROUP: String(process.getgid?.()) });
    onTestFinished(() => {
      listener.server.close();
      listener.remove();
    });
    expect(statSync(listener.address.location).mode & 0o777).toBe(0o600);
  });

  it("names the group that does not exist", async () => {
    const TMPDIR = createFolder();
    await expect(listen({ TMPDIR, PLUGIN_UNIX_SOCKET_GROUP: "no-such-group" })).rejects.toThrow(
      "no-such-group",
    );
    expect(existsSync(TMPDIR) && readdirSync(TMPDIR)).toEqual([]);
  });
});
