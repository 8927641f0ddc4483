import type { CallOptions } from "../base/call.ts";
import type { HttpClient } from "../http/client.ts";
import type { HttpResponse, TokenSource } from "../http/request.ts";
import type { ApiRequest } from "./api-request.ts";
import type { Endpoints } from "./endpoints.ts";
import { KakaoCloudError } from "./errors.ts";
import { JsonError, parseJson, UnexpectedJson } from "./json.ts";
import type { RequestErrors } from "./response-error.ts";
import type { ServiceName } from "./service-name.ts";

const API_PREFIX = "/api/v1";

/** Query parameters; those without a value are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call of a service's API, before its endpoint and token are known. */
export interface ApiCall {
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
  /** Sends and reads the JSON response. `read` is also given the number of characters that it was read from. */
  json<T>(call: ApiCall, read: (value: unknown, characters: number) => T, options?: CallOptions): Promise<T>;
  /** Sends and ignores the response's body. */
  empty(call: ApiCall, options?: CallOptions): Promise<void>;
}

/** Requests that find their service's endpoint and carry a token. */
export function createRequest(
  http: HttpClient<ApiRequest>,
  endpoints: Endpoints,
  tokens: TokenSource,
  errors: RequestErrors,
): Request {
  const send = async (
    call: ApiCall,
    options: CallOptions | undefined,
  ): Promise<{ readonly request: ApiRequest; readonly response: HttpResponse }> => {
    const path = encodePath(call);
    const search = encodeQuery(call.query ?? {});
    const url = new URL(`${await endpoints.resolve(call.service, options)}${path}${search}`);
    const request: ApiRequest = { ...call, phase: "request", url, once: call.once ?? false, tokens };
    return { request, response: await http.send(request, options) };
  };
  return {
    json: async (call, read, options) => {
      const { request, response } = await send(call, options);
      try {
        return read(parseJson(response.body), response.body.length);
      } catch (error) {
        if (error instanceof KakaoCloudError) throw error;
        // Whatever it is, the server has acted: of a create, that must not be lost behind another error.
        const isKnown = error instanceof UnexpectedJson || error instanceof JsonError;
        const problem = response.body.trim() === "" ? "it is empty" : isKnown ? error.message : String(error);
        throw errors.unreadable(request, response, problem);
      }
    },
    empty: async (call, options) => {
      await send(call, options);
    },
  };
}

/**
 * Ids come from users, so they are encoded. No encoding of an empty segment, `.` or `..` survives URL parsing: they would
 * address another object, and are refused.
 */
function encodePath({ operation, method, path }: ApiCall): string {
  for (const segment of path) {
    if (segment !== "" && segment !== "." && segment !== "..") continue;
    throw new KakaoCloudError({
      code: "invalid_request",
      operation,
      phase: "request",
      reason: `"${segment}" in the path ${path.join("/")} is not a valid ID`,
      method,
      sent: false,
    });
  }
  return `${API_PREFIX}/${path.map(encodeURIComponent).join("/")}`;
}

/** With the question mark; empty for none. */
function encodeQuery(query: Query): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
