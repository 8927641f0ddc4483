import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { toPem } from "../../../src/plugin/pem.ts";
import { createCertificate } from "../../../src/plugin/startup/certificate.ts";
import {
  answer,
  createClient,
  type FakeCloud,
  failureOf,
  IMAGE_ID,
  imageJson,
  listen,
  startFakeCloud,
  VOLUME_ID,
} from "../kakaocloud/fake-cloud.ts";

const IMAGE = answer(200, { image: imageJson() });

describe("the transport", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
    cloud.handle(IMAGE);
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]) {
      vi.stubEnv(name, "");
      vi.stubEnv(name.toLowerCase(), "");
    }
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await cloud.close();
  });

  const withImageAt = (image: string, connectMs = 300) =>
    createClient(cloud, {
      endpointOverrides: { iam: cloud.url, image, volume: image },
      tuning: { limits: { connectMs } },
    });

  it("is loaded with the first request, not with the client", async () => {
    const script = `
      import("./src/kakaocloud/client.ts").then(() => {
        const loaded = process.moduleLoadList.filter((name) => /^NativeModule (https?|_http_client|tls)$/.test(name));
        const axios = Object.keys(require.cache).filter((path) => path.includes("axios"));
        console.log(JSON.stringify({ loaded, axios }));
      });`;
    const { build } = await import("esbuild");
    const bundle = await build({
      stdin: { contents: script, resolveDir: process.cwd(), loader: "js" },
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["axios"],
      write: false,
      logLevel: "silent",
    });
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", bundle.outputFiles[0]?.text ?? ""]);
    expect(JSON.parse(stdout)).toEqual({ loaded: [], axios: [] });
  });

  it("refuses a server without a trusted certificate, whatever the environment says", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const seen: string[] = [];
    const server = createHttpsServer(selfSigned(), (request, response) => {
      seen.push(request.url ?? "");
      response.end();
    });
    const port = await listen(server);
    try {
      const client = withImageAt(`https://localhost:${port}`);
      const error = await failureOf(client.images.get(IMAGE_ID));
      expect(error).toMatchObject({ code: "connection", sent: false, transient: false });
      expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
      const created = await failureOf(client.images.create(VOLUME_ID, { name: "golden" }));
      expect(created).toMatchObject({ code: "connection", sent: false });
      expect(seen).toEqual([]);
    } finally {
      server.close();
    }
  });

  it("an http port behind an https URL is not reported as a certificate problem", async () => {
    const server = createServer((_request, response) => response.end());
    const port = await listen(server);
    try {
      const error = await failureOf(withImageAt(`https://localhost:${port}`).images.get(IMAGE_ID));
      expect(error).toMatchObject({ code: "connection", sent: false, transient: false });
      expect(error.message).toContain("whether the URL should begin with http://");
      expect(error.message).not.toMatch(/certificate|NODE_EXTRA_CA_CERTS/);
    } finally {
      server.close();
    }
  });

  it("gives up on a host name that cannot be resolved", async () => {
    const error = await failureOf(withImageAt("http://image.invalid").images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "connection", sent: false });
    expect(error.message).toContain("http://image.invalid");
  });

  it("reports a connection that never became ready as not sent", async () => {
    const silent = createTcpServer(() => {});
    const port = await listenTcp(silent);
    try {
      const client = withImageAt(`https://127.0.0.1:${port}`);
      const error = await failureOf(client.images.create(VOLUME_ID, { name: "golden" }));
      expect(error).toMatchObject({ code: "connection", sent: false, transient: true });
      expect(error.message).toContain("the connection attempt timed out");
    } finally {
      silent.close();
    }
  });

  it("gives no grace to a create that is aborted before its connection is ready", async () => {
    const controller = new AbortController();
    const silent = createTcpServer(() => controller.abort());
    const port = await listenTcp(silent);
    try {
      const client = withImageAt(`https://127.0.0.1:${port}`, 60_000);
      const call = { signal: controller.signal };
      const error = await failureOf(client.images.create(VOLUME_ID, { name: "golden" }, call));
      expect(error).toMatchObject({ code: "aborted", sent: false });
    } finally {
      silent.close();
    }
  });

  it("repeats a request that ran into a kept-alive connection which the server had closed", async () => {
    let connections = 0;
    const served = new WeakSet();
    const server = createServer((request, response) => {
      const { socket } = request;
      if (served.has(socket)) {
        socket.resetAndDestroy();
        return;
      }
      served.add(socket);
      connections += 1;
      response.end(JSON.stringify({ image: imageJson() }));
    });
    const port = await listen(server);
    try {
      const client = withImageAt(`http://127.0.0.1:${port}`);
      await client.images.get(IMAGE_ID);
      await client.images.get(IMAGE_ID);
      expect(connections).toBe(2);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each([
    ["headers beyond all bounds", "HTTP/1.1 200 OK\r\n", "X-Padding: x\r\n".repeat(10_000)],
    ["one header beyond all bounds", "HTTP/1.1 200 OK\r\nX-Padding: ", "x".repeat(200_000)],
  ])("stops reading %s", async (_what, head, rest) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      // Nothing ends it: what is not bounded is waited for.
      socket.once("data", () => socket.write(head + rest));
    });
    const port = await listenTcp(server);
    try {
      const error = await failureOf(withImageAt(`http://127.0.0.1:${port}`).images.get(IMAGE_ID));
      expect(error).toMatchObject({ code: "malformed_response", sent: true });
    } finally {
      server.close();
    }
  });

  it("goes through the proxy that HTTP_PROXY names", async () => {
    vi.stubEnv("http_proxy", cloud.url);
    vi.stubEnv("no_proxy", "127.0.0.1");
    const image = await withImageAt("http://image.kakaocloud.invalid").images.get(IMAGE_ID);
    expect(image.id).toBe(IMAGE_ID);
    expect(cloud.requests()[0]).toMatchObject({
      url: `http://image.kakaocloud.invalid/api/v1/images/${IMAGE_ID}`,
      headers: { host: "image.kakaocloud.invalid" },
    });
  });

  it("bypasses the proxy for the hosts in NO_PROXY", async () => {
    vi.stubEnv("http_proxy", "http://127.0.0.1:1");
    vi.stubEnv("no_proxy", "127.0.0.1");
    expect((await createClient(cloud).images.get(IMAGE_ID)).id).toBe(IMAGE_ID);
  });

  /** A proxy that treats each connection as configured, and counts what it was sent and what it could send. */
  async function startProxy(serve: (socket: Socket) => void) {
    const seen = { connections: 0, written: 0 };
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      seen.connections += 1;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("data", () => serve(socket));
      socket.once("close", () => {
        seen.written += socket.bytesWritten;
      });
    });
    const port = await listenTcp(server);
    vi.stubEnv("https_proxy", `http://someone:p%40ss@127.0.0.1:${port}`);
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { seen, port };
  }

  it("waits for a proxy no longer than for any connection, and names it", async () => {
    const { seen, port } = await startProxy(() => {});
    const client = withImageAt("https://image.kakaocloud.invalid", 200);
    const error = await failureOf(client.images.create(VOLUME_ID, { name: "golden" }));
    expect(error).toMatchObject({ code: "connection", sent: false });
    expect(error.message).toContain(`the proxy http://127.0.0.1:${port} (https_proxy)`);
    expect(error.message).not.toContain("p@ss");
    expect(seen.connections).toBe(1);
  });

  it("reads only so much of a proxy's response", async () => {
    const filler = "x".repeat(64 * 1024);
    const { seen, port } = await startProxy((socket) => {
      socket.write("HTTP/1.1 200 Connection Established\r\nX-Filler: ");
      const pour = () => {
        while (!socket.destroyed && socket.write(filler));
      };
      socket.on("drain", pour);
      pour();
    });
    const client = withImageAt("https://image.kakaocloud.invalid", 2_000);
    const error = await failureOf(client.images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "connection", sent: false });
    expect(error.message).toContain(`the proxy http://127.0.0.1:${port} (https_proxy)`);
    await expect.poll(() => seen.written).toBeGreaterThan(0);
    expect(seen.written / seen.connections).toBeLessThan(16 * 1024 * 1024);
  });

  it.each([
    [407, "Proxy Authentication Required", 1],
    [403, "Forbidden", 1],
    [502, "Bad Gateway", 6],
  ])("says that it was the proxy that responded %d", async (status, words, attempts) => {
    const { seen, port } = await startProxy((socket) =>
      socket.end(`HTTP/1.1 ${status} ${words}\r\nContent-Length: 2\r\n\r\nno`),
    );
    const error = await failureOf(withImageAt("https://image.kakaocloud.invalid").images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "connection", sent: false });
    expect(error.message).toContain(
      `the proxy http://127.0.0.1:${port} (https_proxy) refused the connection to image.kakaocloud.invalid:443: ${status} ${words}`,
    );
    expect(error.message).toContain("Check the proxy");
    expect(seen.connections).toBe(attempts);
  });

  it.each([
    ["closes it", "the connection failed", (socket: Socket) => socket.end()],
    ["resets it", "the connection failed", (socket: Socket) => socket.resetAndDestroy()],
    ["keeps silent", "the connection attempt timed out", () => {}],
    ["speaks http", "the server does not use TLS", (socket: Socket) => socket.end("HTTP/1.1 400 No\r\n\r\n")],
  ])(
    "nothing was sent through a tunnel to a server that then %s",
    async (_what, problem, serve) => {
      const { port } = await startProxy((socket) => {
        // What the client sends first is its part of the TLS handshake.
        socket.once("data", () => serve(socket));
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      });
      const client = withImageAt("https://image.kakaocloud.invalid", 1_000);
      const error = await failureOf(client.images.create(VOLUME_ID, { name: "golden" }));
      expect(error).toMatchObject({ code: "connection", sent: false });
      expect(error.message).toContain("could not connect to the volume service");
      expect(error.message).toContain(`${problem} through the proxy http://127.0.0.1:${port} (https_proxy)`);
    },
    20_000,
  );

  it("sends the proxy its credentials, decoded", async () => {
    const heard: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      heard.push(String(request.headers["proxy-authorization"]));
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    const port = await listen(proxy);
    onTestFinished(() => void proxy.close());
    vi.stubEnv("https_proxy", `http://some%20one:p%40ss@127.0.0.1:${port}`);
    await failureOf(withImageAt("https://image.kakaocloud.invalid").images.get(IMAGE_ID));
    expect(heard).toEqual([`Basic ${Buffer.from("some one:p@ss").toString("base64")}`]);
  });

  it("refuses an unsupported kind of proxy at once", async () => {
    vi.stubEnv("https_proxy", "socks5://127.0.0.1:1080");
    const error = await failureOf(withImageAt("https://image.kakaocloud.invalid").images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "connection", sent: false, transient: false });
    expect(error.message).toContain("https_proxy names a proxy of kind socks5, which is not supported");
  });

  it("tunnels https through the proxy, still verifies the certificate, and shows the proxy no token", async () => {
    const target = createHttpsServer(selfSigned(), (_request, response) => response.end());
    const targetPort = await listen(target);
    const heard: string[] = [];
    const proxy = createServer((request) => heard.push(`${request.method} ${request.url}`));
    proxy.on("connect", (request, socket) => {
      heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      const upstream = connect(targetPort, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [upstream, socket]) end.on("error", () => {});
    });
    const proxyPort = await listen(proxy);
    vi.stubEnv("https_proxy", `http://127.0.0.1:${proxyPort}`);
    try {
      const client = withImageAt("https://image.kakaocloud.invalid");
      const error = await failureOf(client.images.get(IMAGE_ID));
      expect(error).toMatchObject({ code: "connection", transient: false });
      expect(heard).toHaveLength(1);
      expect(heard[0]).toMatch(/^CONNECT image\.kakaocloud\.invalid:443 /);
      expect(heard[0]).not.toContain("gAAAA");
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      target.closeAllConnections();
      target.close();
    }
  });
});

function listenTcp(server: TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** A key and a certificate for localhost that nobody vouches for, as PEM. */
function selfSigned() {
  const { privateKey, certificate } = createCertificate();
  return {
    key: privateKey,
    cert: toPem("CERTIFICATE", certificate),
  };
}
