import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { onAbort } from "../../base/signals.ts";
import type { ApiResponse } from "../api/errors.ts";

/** A response as bytes, before it is sent. Faults change it at this level. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** How a response's delivery goes wrong: what happens to the connection, and after which part of the response. */
export interface Interruption {
  readonly how: "reset" | "close" | "stall";
  /** `start`: before the status line; `headers`: after them; `middle`: after half of the body. */
  readonly at: "start" | "headers" | "middle";
}

/** What a client needs time for: to read the bytes already sent before a reset throws them away. */
const SETTLE_MS = 30;
/** How often a slow body sends its next piece. */
const SLOW_STEP_MS = 50;

/** Turns a response into bytes; a body that isn't a text becomes JSON. */
export function encodeResponse(response: ApiResponse): RawResponse {
  if (response.body === undefined)
    return { status: response.status, headers: response.headers ?? {}, payload: Buffer.alloc(0) };
  const payload = Buffer.from(
    typeof response.body === "string" ? response.body : JSON.stringify(response.body),
  );
  const contentType = response.contentType ?? "application/json";
  return { status: response.status, headers: { "Content-Type": contentType, ...response.headers }, payload };
}

/**
 * Sends the bytes, at `bytesPerSecond` when that isn't 0, up to the cut if there is one. Resolves when nothing more will
 * be sent; a stall lasts until the client disconnects or `signal` is aborted.
 */
export async function deliver(
  response: ServerResponse,
  wire: RawResponse,
  options: {
    readonly bytesPerSecond: number;
    readonly cut: Interruption | undefined;
    readonly chunked: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { cut, chunked, signal, bytesPerSecond } = options;
  if (response.destroyed) return;
  if (cut?.at === "start") return breakOff(response, cut, signal);
  // Content-Length is that of the whole body, so that a cut leaves the client short; a malformed response may have its own.
  const isWithoutLength = chunked || wire.status === 204 || wire.status === 304;
  response.writeHead(
    wire.status,
    isWithoutLength ? wire.headers : { "Content-Length": wire.payload.length, ...wire.headers },
  );
  if (cut === undefined && bytesPerSecond <= 0) return finish(response, wire.payload);
  response.flushHeaders();
  const end = cut === undefined ? wire.payload.length : cut.at === "middle" ? wire.payload.length >> 1 : 0;
  await sendBody(response, wire.payload.subarray(0, end), bytesPerSecond, signal);
  // A response without a body is whole with its headers: the client waits for nothing more, and may send another request.
  if (cut !== undefined && wire.payload.length === 0) return finish(response);
  if (cut !== undefined) return breakOff(response, cut, signal);
  await finish(response);
}

async function finish(response: ServerResponse, rest?: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
    response.end(rest, () => resolve());
  });
}

async function sendBody(
  response: ServerResponse,
  body: Buffer,
  bytesPerSecond: number,
  signal: AbortSignal,
): Promise<void> {
  if (body.length === 0) return;
  if (bytesPerSecond <= 0) {
    response.write(body);
    return;
  }
  const step = Math.max(1, Math.round((bytesPerSecond * SLOW_STEP_MS) / 1000));
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    await sleep(SLOW_STEP_MS, undefined, { signal });
    response.write(body.subarray(at, at + step));
  }
}

async function breakOff(response: ServerResponse, cut: Interruption, signal: AbortSignal): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  if (cut.how === "stall") {
    await new Promise<void>((resolve) => {
      response.once("close", () => {
        stopListening();
        resolve();
      });
      const stopListening = onAbort(signal, resolve);
    });
    return;
  }
  if (cut.at !== "start") await sleep(SETTLE_MS, undefined, { signal });
  if (cut.how === "reset") socket.resetAndDestroy();
  else socket.end();
}
