import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import { readAuthorities } from "../../../src/http/certificate-authorities.ts";
import { createClientCertificate } from "../../harness/certificate.ts";
import { useHttpsServer } from "../../harness/https-server.ts";
import {
  answer,
  createClient,
  failureOf,
  IMAGE_ID,
  imageJson,
  listen,
  startFakeCloud,
} from "../kakaocloud/fake-cloud.ts";

const OWN = createClientCertificate().certificatePem;
const OTHER = createClientCertificate().certificatePem;
const THIRD = createClientCertificate().certificatePem;
const RUNTIME = "the runtime's";

let folder = "";
beforeEach(() => {
  for (const name of ["SSL_CERT_FILE", "SSL_CERT_DIR"]) vi.stubEnv(name, "");
  folder = mkdtempSync(join(tmpdir(), "authorities-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    vi.unstubAllEnvs();
  });
});

function write(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const read = (env: NodeJS.ProcessEnv) => readAuthorities(() => [RUNTIME], env);

describe("the certificate authorities of the environment", () => {
  it("are the runtime's where no variable is set, or only empty ones are", () => {
    for (const env of [{}, { SSL_CERT_FILE: "", SSL_CERT_DIR: "" }, { NODE_EXTRA_CA_CERTS: "/x.pem" }]) {
      expect(read(env)).toEqual({ ca: undefined, problems: [] });
    }
  });

  it("are those of SSL_CERT_FILE, of the runtime and of NODE_EXTRA_CA_CERTS", () => {
    const file = write(
      "bundle.pem",
      `# a comment\n${OWN}-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n`,
    );
    const extra = write("extra.pem", OTHER);
    expect(read({ SSL_CERT_FILE: file })).toEqual({ ca: [RUNTIME, OWN], problems: [] });
    expect(read({ SSL_CERT_FILE: file, NODE_EXTRA_CA_CERTS: extra }).ca).toEqual([RUNTIME, OTHER, OWN]);
  });

  it("are those of each folder of SSL_CERT_DIR, links included, each once", () => {
    write("a/one.crt", OWN);
    write("a/note.txt", "nothing");
    symlinkSync("one.crt", join(folder, "a/5ed36f99.0"));
    symlinkSync("gone.crt", join(folder, "a/gone.0"));
    write("b/.hidden", OTHER);
    const SSL_CERT_DIR = `${join(folder, "a")}:${join(folder, "b")}`;
    expect(read({ SSL_CERT_DIR })).toEqual({ ca: [RUNTIME, OWN, OTHER], problems: [] });
  });

  it("leave the runtime's out where both are set, as Go programs do", () => {
    const SSL_CERT_FILE = write("own.pem", OWN);
    write("more/other.pem", OTHER);
    const env = { SSL_CERT_FILE, SSL_CERT_DIR: join(folder, "more") };
    expect(read(env)).toEqual({ ca: [OWN, OTHER], problems: [] });
    const NODE_EXTRA_CA_CERTS = write("extra.pem", THIRD);
    expect(read({ ...env, NODE_EXTRA_CA_CERTS })).toEqual({ ca: [THIRD, OWN, OTHER], problems: [] });
  });

  it.each([
    ["a file that is not there", () => join(folder, "gone.pem"), "could not be read (ENOENT)"],
    ["a folder", () => folder, "could not be read (not a file)"],
    ["an empty file", () => write("empty.pem", ""), "holds no certificate"],
    ["a key", () => write("key.pem", createClientCertificate().privateKeyPem), "holds no certificate"],
    ["a certificate without an end", () => write("cut.pem", OWN.slice(0, 300)), "holds no certificate"],
    [
      "a broken certificate",
      () => write("broken.pem", OWN.replace(/\n.{64}/, "\nAAAA")),
      "holds no certificate",
    ],
    [
      "beginnings without an end",
      () => write("begin.pem", "-----BEGIN CERTIFICATE-----\n".repeat(100_000)),
      "holds no certificate",
    ],
    [
      "a file beyond all bundles",
      () => write("large.pem", "x".repeat(LIMITS.certificateFileBytes + 1)),
      `could not be read (larger than ${LIMITS.certificateFileBytes} bytes)`,
    ],
  ])("are the runtime's and a problem for SSL_CERT_FILE with %s", (_what, make, problem) => {
    const SSL_CERT_FILE = make();
    const problems = [`SSL_CERT_FILE names ${SSL_CERT_FILE}, which ${problem}`];
    expect(read({ SSL_CERT_FILE })).toEqual({ ca: [RUNTIME], problems });
  });

  it("do not wait for a pipe", () => {
    const SSL_CERT_FILE = join(folder, "pipe");
    execFileSync("mkfifo", [SSL_CERT_FILE]);
    expect(read({ SSL_CERT_FILE }).problems).toHaveLength(1);
  });

  it("name the folder of SSL_CERT_DIR that is not there", () => {
    const { ca, problems } = read({ SSL_CERT_DIR: join(folder, "gone") });
    expect(ca).toEqual([RUNTIME]);
    expect(problems).toEqual([
      `SSL_CERT_DIR names ${join(folder, "gone")}, which could not be read (ENOENT)`,
    ]);
  });
});

describe("a request over https", () => {
  const ADDRESS = "192.0.2.1";

  async function useClient(host: string) {
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]) {
      vi.stubEnv(name, "");
      vi.stubEnv(name.toLowerCase(), "");
    }
    const cloud = await startFakeCloud();
    onTestFinished(() => cloud.close());
    const body = JSON.stringify({ image: imageJson() });
    const server = await useHttpsServer(
      (_request, response) => response.setHeader("content-type", "application/json").end(body),
      { address: ADDRESS },
    );
    cloud.handle(answer(200, {}));
    const image = `https://${host}:${server.port}`;
    const client = createClient(cloud, { endpointOverrides: { iam: cloud.url, image, volume: image } });
    return { client, ...server };
  }

  it("trusts the authority that SSL_CERT_FILE names", async () => {
    const { client, certificate } = await useClient("localhost");
    vi.stubEnv("SSL_CERT_FILE", write("own.pem", certificate));
    expect((await client.images.get(IMAGE_ID)).id).toBe(IMAGE_ID);
  });

  it("trusts the authorities in the folder that SSL_CERT_DIR names", async () => {
    const { client, certificate } = await useClient("localhost");
    write("certs/own.pem", certificate);
    vi.stubEnv("SSL_CERT_DIR", join(folder, "certs"));
    expect((await client.images.get(IMAGE_ID)).id).toBe(IMAGE_ID);
  });

  it("trusts nobody else, and says which file could not be read", async () => {
    const { client } = await useClient("localhost");
    vi.stubEnv("SSL_CERT_FILE", join(folder, "gone.pem"));
    const { message } = await failureOf(client.images.get(IMAGE_ID));
    expect(message).toContain(
      `SSL_CERT_FILE names ${join(folder, "gone.pem")}, which could not be read (ENOENT)`,
    );
    expect(message).toContain("set SSL_CERT_FILE or NODE_EXTRA_CA_CERTS to its CA file");
  });

  /** A proxy that leads to this machine wherever it is told to go; returns where that was. */
  async function useProxyTo(port: number): Promise<readonly string[]> {
    const targets: string[] = [];
    const proxy = createServer();
    proxy.on("connect", ({ url = "" }, socket) => {
      targets.push(url);
      const upstream = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [upstream, socket]) end.on("error", () => {});
    });
    vi.stubEnv("https_proxy", `http://127.0.0.1:${await listen(proxy)}`);
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    return targets;
  }

  it("reaches a server by its address through a proxy", async () => {
    const { client, certificate, port } = await useClient(ADDRESS);
    vi.stubEnv("SSL_CERT_FILE", write("own.pem", certificate));
    const targets = await useProxyTo(port);
    expect((await client.images.get(IMAGE_ID)).id).toBe(IMAGE_ID);
    expect(targets).toEqual([`${ADDRESS}:${port}`]);
  });

  it("sends nothing through a proxy to a server with a certificate for another address", async () => {
    const { client, certificate, port } = await useClient("192.0.2.2");
    vi.stubEnv("SSL_CERT_FILE", write("own.pem", certificate));
    const targets = await useProxyTo(port);
    expect((await failureOf(client.images.get(IMAGE_ID))).message).toContain("the TLS connection failed");
    expect(targets).toEqual([`192.0.2.2:${port}`]);
  });
});
