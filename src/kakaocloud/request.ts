import type { Call } from "./call.ts";
import type { Reader } from "./json.ts";

/** The services whose APIs this client calls, by their key in the endpoint tables. */
export type ServiceName = "image" | "volume" | "bcs";

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
