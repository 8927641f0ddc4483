import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { EmulatorOptions } from "../../../src/emulator/options.ts";
import type { Settings } from "../../../src/emulator/settings.ts";

export const PROJECT = "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68";
export const TEAM_1 = "0b1c2d3e4f5061728394a5b6c7d8e9f0";
export const TEAM_2 = "1c2d3e4f5061728394a5b6c7d8e9f00b";
export const ROOT_VOLUME = "00000000-0000-4000-8000-000000000001";
export const DATA_VOLUME = "00000000-0000-4000-8000-000000000002";
export const DETACHED_ROOT = "00000000-0000-4000-8000-000000000003";
export const FOREIGN_VOLUME = "00000000-0000-4000-8000-000000000004";
export const INSTANCE = "00000000-0000-4000-8000-000000000101";
export const PUBLIC_IMAGE = "00000000-0000-4000-8000-000000000201";
export const NOWHERE = "11111111-1111-4111-8111-111111111111";
/** A clock that only moves on request, at a known time. */
export const STILL = { clock: "virtual", baseTime: "2025-03-04T05:06:07Z" } as const;

/** Any JSON object, for reading responses. */
export type Json = { readonly [key: string]: unknown };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body parsed; an empty object when there is none. */
  readonly json: Json;
}

export interface Api {
  readonly emulator: Emulator;
  readonly token: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** Makes an image of the root volume (or another) and gives its id. */
  makeImage(name: string, volume?: string): Promise<string>;
  image(id: string): Promise<Json>;
}

/** An emulator that stops with the test. */
export async function start(
  settings: Partial<Settings> = {},
  options: EmulatorOptions = {},
): Promise<Emulator> {
  const emulator = await startEmulator({ ...options, settings });
  onTestFinished(() => emulator.stop());
  return emulator;
}

/** An emulator on a clock that stands still, and a client that has logged in. */
export async function startStill(
  settings: Partial<Settings> = {},
  options: EmulatorOptions = {},
): Promise<Api> {
  return login(await start({ ...STILL, ...settings }, options));
}

export function credentials(id = "someone", secret = "something"): Json {
  return {
    auth: { identity: { methods: ["application_credential"], application_credential: { id, secret } } },
  };
}

/** One HTTP request, over a connection of its own by default. */
export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  const json = text.startsWith("{") ? parse(text) : {};
  return { status: response.status, headers: response.headers, text, json };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Posts to the identity service. */
export function requestToken(emulator: Emulator, body: unknown = credentials()): Promise<Reply> {
  return send(`${emulator.url}/identity/v3/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export async function login(emulator: Emulator, id?: string, secret?: string): Promise<Api> {
  const reply = await requestToken(emulator, credentials(id, secret));
  return withToken(emulator, reply.headers.get("x-subject-token") ?? "");
}

export function withToken(emulator: Emulator, token: string): Api {
  const call: Api["call"] = (method, path, body, headers) =>
    send(emulator.url + path, {
      method,
      headers: {
        "X-Auth-Token": token,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const image = async (id: string) => field((await call("GET", `/api/v1/images/${id}`)).json, "image");
  return {
    emulator,
    token,
    call,
    get: (path) => call("GET", path),
    image,
    makeImage: async (name, volume = ROOT_VOLUME) => {
      const reply = await call("POST", `/api/v1/volumes/${volume}/image`, { image: { name } });
      return String(field(reply.json, "image").id);
    },
  };
}

/** The object under a key; an empty one when there is none. */
export function field(json: Json, key: string): Json {
  const value = json[key];
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** The rows under a key. */
export function rows(reply: Reply, key = "images"): Json[] {
  return (reply.json[key] ?? []) as Json[];
}

/** One attribute of every row. */
export function column(reply: Reply, attribute: string, key = "images"): unknown[] {
  return rows(reply, key).map((row) => row[attribute]);
}

/** The error code and message of a reply, as `404 Image.NotFound`. */
export function problem(reply: Reply): string {
  return `${reply.status} ${field(reply.json, "error").code}`;
}

/** Sends text over a plain connection; gives what came back until the end, and how it ended. */
export function sendRaw(
  emulator: Emulator,
  text: string,
): Promise<{ text: string; end: "closed" | "reset" }> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(emulator.port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("error", () => resolve({ text: received, end: "reset" }));
    socket.on("end", () => {
      socket.destroy();
      resolve({ text: received, end: "closed" });
    });
  });
}

/** A request as text, for sendRaw. */
export function rawRequest(api: Api, method: string, path: string, body = ""): string {
  const length = body === "" ? "" : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: emulator\r\nX-Auth-Token: ${api.token}\r\n${length}\r\n${body}`;
}
