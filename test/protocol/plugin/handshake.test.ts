import { X509Certificate } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { version } from "../../../package.json" with { type: "json" };
import { BUNDLED_GLIBC } from "../../../scripts/release/host-executable.mjs";
import { createClientCertificate } from "../../harness/certificate.ts";
import { parseHandshake } from "../../harness/handshake.ts";
import { PROVIDER_EXECUTABLE, spawnPlugin, startPlugin } from "../../harness/plugin-process.ts";
import { connectProvider, probeTls } from "../../harness/provider-client.ts";
import { buildStandIn, callStandIn } from "./stand-in.ts";

const UNIMPLEMENTED = 12;
const NOT_FOUND = 5;

function createFolder(name = "folder-"): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("the cookie", () => {
  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["wrong", "d602bf8f"],
  ])("HS-01 prints a hint and nothing on stdout when the cookie is %s", async (_title, cookie) => {
    const plugin = spawnPlugin({ env: { TF_PLUGIN_MAGIC_COOKIE: cookie } });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout()).toBe("");
    expect(plugin.stderr()).toContain("This program is a plugin");
    expect(plugin.stderr()).toContain('source = "kakaocloud.internal/images/kakaocloud"');
    expect(readdirSync(plugin.tmpDir)).toEqual([]);
  });

  it.each(["--version", "-version", "--help", "-help", "-h"])(
    "responds to a person with %s",
    async (option) => {
      const plugin = spawnPlugin({ args: [option], env: { TF_PLUGIN_MAGIC_COOKIE: undefined } });
      expect(await plugin.exited).toEqual({ code: 0, signal: null });
      expect(plugin.stdout()).toMatch(/^terraform-provider-kakaocloud \d+\.\d+\.\d+/);
      expect(plugin.stderr()).toBe("");
    },
  );

  it("shows in its version when it runs with the glibc of a release", async () => {
    const plugin = spawnPlugin({ args: ["--version"], env: { TF_PLUGIN_MAGIC_COOKIE: undefined } });
    await plugin.exited;
    const library = PROVIDER_EXECUTABLE === BUNDLED_GLIBC ? " (bundled glibc)" : "";
    expect(plugin.stdout()).toBe(`terraform-provider-kakaocloud ${version}${library}\n`);
  });

  it("reports an unknown option in one line", async () => {
    const plugin = spawnPlugin({ args: ["--verison"], env: { TF_PLUGIN_MAGIC_COOKIE: undefined } });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout()).toBe("");
    expect(plugin.stderr()).toBe(
      "terraform-provider-kakaocloud: unknown option --verison (did you mean --version? see --help)\n",
    );
  });
});

describe("the handshake line", () => {
  it.each(["6", "5,6", "6,5", "6,x", "", undefined, "5"])(
    "HS-02 announces protocol 6 when %j is offered",
    async (versions) => {
      const plugin = spawnPlugin({ env: { PLUGIN_PROTOCOL_VERSIONS: versions } });
      expect((await plugin.firstLine()).split("|")[1]).toBe("6");
    },
  );

  it("HS-03 is one line, is all that ever comes on stdout, and has the form that Terraform reads", async () => {
    const plugin = await startPlugin({ executable: await buildStandIn() });
    await callStandIn(plugin.client, { typeName: "prints" });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(plugin.stdout()).toMatch(/^1\|6\|(unix|tcp)\|[^|]+\|grpc\|[A-Za-z0-9+/]{51,}\n$/);
    await plugin.shutdown();
  });

  it("HS-04 comes when the process listens: the first dial succeeds", async () => {
    for (let round = 0; round < 5; round++) {
      const plugin = spawnPlugin();
      const handshake = parseHandshake(await plugin.firstLine());
      const client = await connectProvider(handshake, plugin.certificate, { openStreams: false });
      client.close();
      await plugin.kill();
    }
  });

  it("HS-05 carries a certificate for localhost that Terraform accepts", async () => {
    // Lengths differ from key to key, and so would the padding.
    for (let round = 0; round < 4; round++) {
      const plugin = spawnPlugin();
      const { certificate, line } = parseHandshake(await plugin.firstLine());
      expect(line.split("|")[5]).toMatch(/^[A-Za-z0-9+/]+$/);
      const parsed = new X509Certificate(certificate ?? Buffer.alloc(0));
      expect(parsed.raw).toEqual(certificate);
      expect(parsed.checkHost("localhost", { subject: "never" })).toBe("localhost");
      expect(Date.parse(parsed.validFrom)).toBeLessThan(Date.now());
      expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now());
      expect(parsed.keyUsage).toContain("1.3.6.1.5.5.7.3.1");
      expect(parsed.verify(parsed.publicKey)).toBe(true);
      await plugin.kill();
    }
  });

  it("HS-12 differs between two processes that start at the same time in the same folder", async () => {
    const TMPDIR = createFolder();
    const plugins = await Promise.all([startPlugin({ env: { TMPDIR } }), startPlugin({ env: { TMPDIR } })]);
    const addresses = plugins.map(({ handshake }) => handshake.address);
    expect(addresses[0]).not.toBe(addresses[1]);
    await Promise.all(plugins.map((plugin) => plugin.client.checkHealth("plugin")));
    await Promise.all(plugins.map((plugin) => plugin.shutdown()));
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});

describe("TLS", () => {
  it("HS-06 is mutual, of version 1.2 or later, and speaks HTTP/2", async () => {
    const plugin = await startPlugin();
    expect(await probeTls(plugin.handshake, plugin.certificate)).toEqual({ protocol: "TLSv1.3", alpn: "h2" });
    const schema = await plugin.client.call("GetProviderSchema", {});
    expect(schema).toHaveProperty("provider");
    await plugin.shutdown();
  });

  it.each([
    ["no certificate", () => null],
    ["another certificate of the same subject", createClientCertificate],
  ])("HS-07 refuses a client with %s, and keeps serving the right one", async (_title, create) => {
    const plugin = await startPlugin();
    await expect(probeTls(plugin.handshake, create())).rejects.toThrow();
    await expect(plugin.client.checkHealth("plugin")).resolves.toBe(1);
    expect(plugin.logs().filter(({ level }) => level === "warn")).toMatchObject([
      { message: "Refused a connection" },
    ]);
    await plugin.shutdown();
  });

  it("HS-07 refuses a client without TLS", async () => {
    const plugin = await startPlugin();
    const plain = connectProvider({ ...plugin.handshake, certificate: null }, null, { dialTimeoutMs: 1_000 });
    await expect(plain).rejects.toThrow("Plugin did not respond");
    await plugin.shutdown();
  });

  it("HS-07 refuses Terraform's certificate when it has expired", async () => {
    const expired = createClientCertificate({ notAfter: new Date(Date.now() - 1_000) });
    const plugin = spawnPlugin({ env: { PLUGIN_CLIENT_CERT: expired.certificatePem } });
    const handshake = parseHandshake(await plugin.firstLine());
    await expect(probeTls(handshake, expired)).rejects.toThrow();
    await plugin.kill();
  });

  it("HS-08 is off when Terraform has no certificate: the sixth field is empty", async () => {
    const plugin = await startPlugin({ tls: false });
    expect(plugin.handshake.line.split("|")).toHaveLength(6);
    expect(plugin.handshake.certificate).toBeNull();
    expect(await plugin.client.checkHealth("plugin")).toBe(1);
    await plugin.shutdown();
  });

  it.each([
    ["text", "garbage"],
    ["a PEM block of nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
  ])("HS-09 stops before the line when Terraform's certificate is %s", async (_title, pem) => {
    const plugin = spawnPlugin({ env: { PLUGIN_CLIENT_CERT: pem } });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout()).toBe("");
    expect(plugin.stderr()).toContain("PLUGIN_CLIENT_CERT is not a PEM certificate");
    expect(readdirSync(plugin.tmpDir)).toEqual([]);
  });
});

describe("the socket", () => {
  it("lies in a folder of its own, closed to others", async () => {
    const plugin = spawnPlugin();
    const { address } = parseHandshake(await plugin.firstLine());
    expect(dirname(dirname(address))).toBe(plugin.tmpDir);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
  });

  it.each([
    ["is too long", (folder: string) => join(folder, "x".repeat(130 - folder.length - 1)), true],
    ["has too many bytes, if not characters", (folder: string) => join(folder, "방".repeat(25)), true],
    ["does not exist", (folder: string) => join(folder, "nowhere"), false],
  ])("HS-10 falls back to a short folder when TMPDIR %s", async (_title, path, create) => {
    const TMPDIR = path(createFolder());
    if (create) mkdirSync(TMPDIR);
    const plugin = await startPlugin({ env: { TMPDIR } });
    const { address, network } = plugin.handshake;
    expect(network).toBe("unix");
    expect(Buffer.byteLength(address)).toBeLessThanOrEqual(107);
    expect(address).toMatch(/^\/tmp\//);
    await plugin.shutdown();
    expect(existsSync(dirname(address))).toBe(false);
  });

  it("HS-11 lies in PLUGIN_UNIX_SOCKET_DIR, and announces multiplexing when Terraform offers it", async () => {
    const folder = createFolder("d-");
    const plugin = await startPlugin({ env: { PLUGIN_UNIX_SOCKET_DIR: folder, PLUGIN_MULTIPLEX_GRPC: "1" } });
    expect(dirname(plugin.handshake.address)).toBe(folder);
    expect(plugin.handshake.multiplex).toBe("false");
    await plugin.shutdown();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["/nowhere/to/be/found", `/tmp/${"x".repeat(120)}`])(
    "HS-11 is not put elsewhere when PLUGIN_UNIX_SOCKET_DIR is unusable: %s",
    async (PLUGIN_UNIX_SOCKET_DIR) => {
      const plugin = spawnPlugin({ env: { PLUGIN_UNIX_SOCKET_DIR } });
      expect(await plugin.exited).toEqual({ code: 1, signal: null });
      expect(plugin.stdout()).toBe("");
      expect(plugin.stderr()).toContain(PLUGIN_UNIX_SOCKET_DIR);
    },
  );

  it("is opened to PLUGIN_UNIX_SOCKET_GROUP, by number or by name", async () => {
    const gid = process.getgid?.() ?? 0;
    for (const group of [String(gid), ...(gid === 0 ? ["root"] : [])]) {
      const plugin = spawnPlugin({ env: { PLUGIN_UNIX_SOCKET_GROUP: group } });
      const { address } = parseHandshake(await plugin.firstLine());
      expect(statSync(address)).toMatchObject({ gid });
      expect(statSync(address).mode & 0o777).toBe(0o660);
      expect(statSync(dirname(address)).mode & 0o777).toBe(0o710);
      await plugin.kill();
    }
  });

  it("is not opened to a group that does not exist", async () => {
    const plugin = spawnPlugin({ env: { PLUGIN_UNIX_SOCKET_GROUP: "no-such-group" } });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stderr()).toContain("no-such-group");
  });
});

describe("the program", () => {
  it("HS-14 starts through a symlink, from another folder, by a relative path", async () => {
    const folder = realpathSync(createFolder());
    const link = join(folder, "terraform-provider-kakaocloud_v0.0.0");
    symlinkSync(PROVIDER_EXECUTABLE, link);
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    const plugin = await startPlugin({ executable: relative(elsewhere, link), cwd: elsewhere });
    expect(await plugin.client.checkHealth("plugin")).toBe(1);
    await plugin.shutdown();
  });

  it("HS-14 starts where nothing can be written but the temporary folder", async () => {
    const folder = createFolder();
    chmodSync(folder, 0o555);
    const plugin = await startPlugin({ cwd: folder });
    await plugin.shutdown();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("gRPC", () => {
  let standIn: string;
  beforeAll(async () => {
    standIn = await buildStandIn();
  });

  it("HS-15 receives and sends messages far larger than gRPC's default limit", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const msgpack = Buffer.alloc(6 * 1024 * 1024, "state");
    const { newState } = await callStandIn(plugin.client, {
      typeName: "echo",
      currentState: { msgpack },
    });
    expect(newState?.msgpack && Buffer.compare(newState.msgpack, msgpack)).toBe(0);
    await plugin.shutdown();
  });

  it("HS-16 handles calls concurrently, each with its own response", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        callStandIn(plugin.client, { typeName: "gather", private: Buffer.of(index) }),
      ),
    );
    expect(answers.map((answer) => answer.private[0])).toEqual(answers.map((_, index) => index));
    await plugin.shutdown();
  });

  it("HS-17 keeps Terraform's streams open and silent, and reports its health", async () => {
    const plugin = await startPlugin();
    expect(await plugin.client.checkHealth("plugin")).toBe(1);
    expect(await plugin.client.checkHealth("")).toBe(1);
    await expect(plugin.client.checkHealth("nobody")).rejects.toMatchObject({ code: NOT_FOUND });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(plugin.client.streams).toEqual({
      stdioData: [],
      brokerMessages: [],
      stdioEnded: null,
      brokerEnded: null,
    });
    await plugin.shutdown();
  });

  it.each([
    "/tfplugin6.Provider/Nope",
    "/tfplugin5.Provider/GetSchema",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  ])("HS-18 does not implement %s, and continues", async (path) => {
    const plugin = await startPlugin();
    await expect(plugin.client.callRaw(path, Buffer.alloc(0))).rejects.toMatchObject({ code: UNIMPLEMENTED });
    expect(await plugin.client.checkHealth("plugin")).toBe(1);
    await plugin.shutdown();
  });

  it("returns an error for bytes that are not a message, and continues", async () => {
    const plugin = await startPlugin({ executable: standIn });
    const call = plugin.client.callRaw("/tfplugin6.Provider/ReadResource", Buffer.from("0aff", "hex"));
    await expect(call).rejects.toMatchObject({ code: 13 });
    await expect(callStandIn(plugin.client, { typeName: "echo" })).resolves.toBeDefined();
    await plugin.shutdown();
  });
});
