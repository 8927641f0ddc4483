import { unreadableError } from "./answer-error.ts";
import type { Call } from "./call.ts";
import type { Endpoints } from "./endpoints.ts";
import { KakaoCloudError } from "./errors.ts";
import type { Answer, Exchange, TokenSource } from "./exchange.ts";
import { type Reader, UnexpectedJson } from "./json.ts";
import type { ServiceName } from "./service-name.ts";

const API_PREFIX = "/api/v1";

/** Query parameters; those without a value are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request to a service, before its address and token are known. */
export interface ApiRequest {
  /** The API's name of the operation, for errors and logs. */
  readonly operation: string;
  readonly service: ServiceName;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path below `/api/v1`, segment by segment, not encoded. */
  readonly path: readonly string[];
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Whether doing it twice would do harm: then it is repeated only if the server cannot have acted on it. */
  readonly once?: boolean | undefined;
}

/** An authenticated request to a KakaoCloud service. Both throw `KakaoCloudError`. */
export interface Request {
  /** Sends and reads the JSON answer. */
  json<T>(request: ApiRequest, read: Reader<T>, call?: Call): Promise<T>;
  /** Sends and ignores the answer's body. */
  empty(request: ApiRequest, call?: Call): Promise<void>;
}

/** Requests that find their service's address and carry a token. */
export function createRequest(exchange: Exchange, endpoints: Endpoints, tokens: TokenSource): Request {
  const send = async (request: ApiRequest, call: Call | undefined): Promise<Answer> => {
    const { operation, service, method, body, once = false } = request;
    const path = encodePath(request);
    const baseUrl = await endpoints.resolve(service, call);
    const search = encodeQuery(request.query ?? {});
    return exchange(
      { operation, phase: "request", service, baseUrl, method, path, search, body, once, tokens },
      call,
    );
  };
  return {
    json: async (request, read, call) => {
      const { body, status, facts } = await send(request, call);
      try {
        return read(JSON.parse(body));
      } catch (error) {
        throw unreadableError(facts, status, problemOf(error, body));
      }
    },
    empty: async (request, call) => {
      await send(request, call);
    },
  };
}

function problemOf(error: unknown, body: string): string {
  if (error instanceof UnexpectedJson) return error.message;
  if (body.trim() === "") return "it is empty";
  return "it is not JSON";
}

/**
 * Ids come from users, so they are encoded. No encoding of an empty segment, `.` or `..` survives URL parsing: they would
 * address another object, and are refused.
 */
function encodePath({ operation, method, path }: ApiRequest): string {
  for (const segment of path) {
    if (segment !== "" && segment !== "." && segment !== "..") continue;
    throw new KakaoCloudError({
      code: "invalid_request",
      operation,
      phase: "request",
      reason: `"${segment}" is not an id`,
      method,
      sent: false,
    });
  }
  return `${API_PREFIX}/${path.map(encodeURIComponent).join("/")}`;
}

function encodeQuery(query: Query): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join("&");
}
