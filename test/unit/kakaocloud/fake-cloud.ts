import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallLog } from "../../../src/base/call.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { createKakaoCloud, type KakaoCloud, type KakaoCloudOptions } from "../../../src/kakaocloud/client.ts";
import { KakaoCloudError } from "../../../src/kakaocloud/errors.ts";

/** A request as a server on the loopback interface saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** The client's port: the same for requests over the same connection. */
  readonly port: number;
}

type Handler = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A scripted KakaoCloud: IAM works unless the handler responds for it; everything else is the handler's. */
export interface FakeCloud {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** The requests to everything but IAM. */
  requests(): SeenRequest[];
  /** How many connections are open. */
  connections(): number;
  /** The requests for tokens. */
  tokenRequests(): SeenRequest[];
  /** Handles what is not IAM. */
  handle(handler: Handler): void;
  /** Handles the nth request that is not IAM with the nth handler, the last one from then on. */
  script(...handlers: readonly Handler[]): void;
  /** Handles IAM. */
  handleTokens(handler: Handler): void;
  close(): Promise<void>;
}

/** Starts a scripted server on a free port of 127.0.0.1. */
export async function startFakeCloud(): Promise<FakeCloud> {
  const seen: SeenRequest[] = [];
  let tokens = 0;
  let onToken: Handler = (_request, response) => {
    tokens += 1;
    sendToken(response, `gAAAA-token-${tokens}`);
  };
  let onRequest: Handler = (_request, response) => sendJson(response, 500, {});
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const url = new URL(incoming.url ?? "/", "http://server");
      const request: SeenRequest = {
        method: incoming.method ?? "",
        path: url.pathname,
        url: incoming.url ?? "",
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
        port: incoming.socket.remotePort ?? 0,
      };
      seen.push(request);
      void (isTokenRequest(request) ? onToken : onRequest)(request, response);
    });
  });
  let connections = 0;
  server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  const port = await listen(server);
  return {
    connections: () => connections,
    url: `http://127.0.0.1:${port}`,
    seen,
    requests: () => seen.filter((request) => !isTokenRequest(request)),
    tokenRequests: () => seen.filter(isTokenRequest),
    handle: (handler) => {
      onRequest = handler;
    },
    script: (...handlers) => {
      let next = 0;
      onRequest = (request, response) => {
        const handler = handlers[Math.min(next, handlers.length - 1)];
        next += 1;
        return handler?.(request, response);
      };
    },
    handleTokens: (handler) => {
      onToken = handler;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Makes a server listen on a free loopback port. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function isTokenRequest(request: SeenRequest): boolean {
  return request.path === "/identity/v3/auth/tokens";
}

/** Responds with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Responds like IAM that issues a token, by default for twelve hours. */
export function sendToken(
  response: ServerResponse,
  token: string,
  times: object = { issued_at: "2025-03-04T05:00:00.000000Z", expires_at: "2025-03-04T17:00:00.000000Z" },
): void {
  sendJson(response, 201, { token: { ...times } }, { "X-Subject-Token": token });
}

/** A handler that returns JSON. */
export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): (request: SeenRequest, response: ServerResponse) => void {
  return (_request, response) => sendJson(response, status, body, headers);
}

/** A handler that returns any text. */
export function answerText(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): (request: SeenRequest, response: ServerResponse) => void {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** A handler that has read the request and breaks the connection instead of answering. */
export function hangUp(_request: SeenRequest, response: ServerResponse): void {
  response.socket?.destroy();
}

/** A handler that never responds. */
export function stall(): void {}

/** An error body as the KakaoCloud services write it. */
export function apiError(code: string, message: string) {
  return { error: { code, message } };
}

export const SECRET = "s3cret-of-the-credential";

/** A log that gives each line to a function. */
export function logTo(take: CallLog["log"]): CallLog {
  const log: CallLog = { log: take, with: () => log };
  return log;
}

/** A clock whose waits take no time but move it on, and are remembered. */
export interface FakeClock extends Clock {
  readonly waits: number[];
  advance(ms: number): void;
}

/** A clock that stands still except for its waits. */
export function createFakeClock(): FakeClock {
  let now = Date.now();
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    monotonicMs: () => now,
    after: systemClock.after,
    advance: (ms) => {
      now += ms;
    },
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
}

/** A client of the scripted server whose every address is overridden, with waits that take no time. */
export function createClient(cloud: FakeCloud, options: Partial<KakaoCloudOptions> = {}): KakaoCloud {
  const { url } = cloud;
  return createKakaoCloud({
    credentials: { id: "credential-id", secret: SECRET },
    endpointOverrides: { iam: url, config: url, image: url, volume: url, bcs: url },
    userAgent: "terraform-provider-kakaocloud/test",
    ...options,
    tuning: { clock: createFakeClock(), random: () => 0.5, ...options.tuning },
  });
}

/** The client error that a promise is rejected with; fails when it is not. */
export async function failureOf(promise: Promise<unknown>): Promise<KakaoCloudError> {
  const outcome = await promise.then(
    () => "no failure",
    (error: unknown) => error,
  );
  if (outcome instanceof KakaoCloudError) return outcome;
  throw new Error("expected a KakaoCloudError", { cause: outcome });
}

export const IMAGE_ID = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
export const VOLUME_ID = "7a9e2d14-5b3c-4f86-a1d7-0c2e4f6a8b13";

/** An image as the API writes it. */
export function imageJson(changes: object = {}) {
  return {
    id: IMAGE_ID,
    name: "golden-web-01",
    size: 2361393152,
    status: "active",
    owner: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
    visibility: "private",
    description: "-",
    is_shared: false,
    disk_format: "qcow2",
    container_format: "bare",
    min_disk: 20,
    min_ram: 0,
    virtual_size: 21474836480,
    instance_type: "vm",
    image_member_status: null,
    project_id: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
    os_info: {
      type: "LINUX",
      distro: "ubuntu",
      architecture: "x86_64",
      admin_user: "ubuntu",
      is_hidden: false,
    },
    created_at: "2025-03-04T05:06:07Z",
    updated_at: "2025-03-04T05:11:42Z",
    ...changes,
  };
}

/** A handler that returns the image that was requested. */
export function answerImage({ path }: SeenRequest, response: ServerResponse): void {
  sendJson(response, 200, { image: imageJson({ id: decodeURIComponent(path.replace(/^.*\//, "")) }) });
}
