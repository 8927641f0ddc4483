import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleProgram } from "../../harness/bundle.ts";
import { createClientCertificate } from "../../harness/certificate.ts";
import { createCore } from "../../harness/core.ts";
import { type PluginProcess, spawnPlugin, startPlugin } from "../../harness/plugin-process.ts";
import { probeTls } from "../../harness/provider-client.ts";

let executable: string;
beforeAll(async () => {
  executable = await bundleProgram(fileURLToPath(new URL("stand-in-plugin.ts", import.meta.url)));
});
const start = (wants = "", options = {}): Promise<PluginProcess> =>
  startPlugin({ executable, env: { STAND_IN: wants }, ...options });

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("the client certificate", () => {
  it("is what Terraform creates", () => {
    const certificate = new X509Certificate(createClientCertificate().certificatePem);
    expect(certificate.subject).toBe("O=HashiCorp\nCN=localhost");
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.subjectAltName).toBe("DNS:localhost");
    expect(certificate.ca).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "secp521r1" });
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 30);
  });
});

describe("a well-behaved plugin process", () => {
  it("is started, called over mutual TLS and shut down without leaving anything", async () => {
    const plugin = await start();
    expect(plugin.handshake).toMatchObject({ network: "unix", multiplex: null });
    const core = createCore(plugin.client);
    const instance = await core.planAndApply({
      typeName: "standin_thing",
      config: { name: "a", size: 0.1, parts: [{ key: "k" }] },
    });
    expect(instance?.value).toMatchObject({
      id: "id-1",
      name: "a",
      size: 0.1,
      parts: [{ key: "k", serial: "serial-1" }],
    });
    expect(plugin.logs()).toMatchObject([{ level: "info", message: "started", fields: { n: 1 } }]);
    await plugin.shutdown();
    expect(isAlive(plugin.pid)).toBe(false);
    expect(existsSync(plugin.tmpDir)).toBe(false);
  });

  it("uses TLS on request, and refuses another client", async () => {
    const plugin = await start();
    expect(await probeTls(plugin.handshake, plugin.certificate)).toEqual({ protocol: "TLSv1.3", alpn: "h2" });
    await expect(probeTls(plugin.handshake, createClientCertificate())).rejects.toThrow();
    await expect(probeTls(plugin.handshake, null)).rejects.toThrow();
    await plugin.shutdown();
  });

  it("uses no TLS without a client certificate", async () => {
    const plugin = await start("", { tls: false });
    expect(plugin.handshake.certificate).toBeNull();
    expect(await plugin.client.call("StopProvider", {})).toEqual({ Error: "" });
    await plugin.shutdown();
  });

  it("returns UNIMPLEMENTED for unknown methods, and accepts raw bytes", async () => {
    const plugin = await start();
    await expect(plugin.client.callRaw("/tfplugin6.Provider/Nope", Buffer.alloc(0))).rejects.toMatchObject({
      code: 12,
    });
    await expect(plugin.client.call("GetMetadata", {})).rejects.toMatchObject({ code: 12 });
    await plugin.shutdown();
  });
});

describe("a plugin process that misbehaves is detected", () => {
  it.each([
    ["prints", 'stdout holds more than the handshake line: "1'],
    ["stdio-data", "data on the stdio stream: stray"],
    ["stdio-ends", "the stdio stream ended early with status 0"],
    ["leaves-socket", "left in the temporary folder: s-"],
    ["stays", "still alive 2000 ms after Shutdown"],
    ["panics", "a log line crashes Terraform: @message is 5, not a string"],
  ])("when it %s", async (wants, message) => {
    const plugin = await start(wants);
    await plugin.client.call("StopProvider", {});
    await expect(plugin.shutdown()).rejects.toThrow(message);
    expect(isAlive(plugin.pid)).toBe(false);
    expect(existsSync(plugin.tmpDir)).toBe(false);
  });

  it("when it prints something before the handshake line", async () => {
    await expect(start("logs-first")).rejects.toThrow("Unrecognized remote plugin message: hello");
  });

  it("when it ends before the handshake line", async () => {
    await expect(start("exits")).rejects.toThrow(
      "Failed to read any lines from plugin's stdout; stderr: not started",
    );
  });

  it("when the executable does not exist", async () => {
    await expect(startPlugin({ executable: "/nowhere/plugin" })).rejects.toThrow("ENOENT");
  });
});

describe("nothing outlives a test", () => {
  let left: { pid: number; tmpDir: string };
  it("that forgets its process", async () => {
    left = spawnPlugin({ executable, env: { STAND_IN: "silent" } });
    expect(isAlive(left.pid)).toBe(true);
  });

  it("as the next one can see", () => {
    expect(isAlive(left.pid)).toBe(false);
    expect(existsSync(left.tmpDir)).toBe(false);
  });
});
