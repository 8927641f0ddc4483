import type { IncomingHttpHeaders } from "node:http";
import type { Lifecycle } from "../state/image-timeline.ts";
import type { World } from "../state/world.ts";
import type { ApiResponse } from "./errors.ts";

/** An API request that has been read completely. */
export interface ApiRequest {
  readonly method: string;
  /** The path without the query, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as text. */
  readonly text: string;
  /** What a fault rule wants an image created by this request to go through. */
  readonly lifecycle?: Lifecycle;
  /** Base URL that client-endpoints returns. */
  readonly baseUrl: string;
}

/** The caller, by token; empty for the identity service's own routes. */
export interface Caller {
  readonly project: string;
}

/** Handles one request; `params` are the decoded path parameters in order. Throws ApiError to return an error. */
export type Handler = (
  world: World,
  request: ApiRequest,
  params: readonly string[],
  caller: Caller,
) => ApiResponse;

/** A method and a path pattern such as `/api/v1/images/{image_id}`. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  /** Whether the route checks tokens itself. */
  readonly open?: boolean;
  readonly handle: Handler;
}

/** Parses JSON; undefined when it isn't. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
