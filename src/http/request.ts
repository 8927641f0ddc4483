import type { CallOptions } from "../base/call.ts";

/** Where the tokens of requests come from. */
export interface TokenSource {
  /** A token that is considered valid. */
  get(options?: CallOptions): Promise<string>;
  /** Reports that this very token was refused; a newer one stays. */
  invalidate(token: string): void;
}

/** One request, to be sent as often as the policy allows. */
export interface HttpRequest {
  /** What it does, for log lines and errors. */
  readonly operation: string;
  /** The service it goes to, for the limiter, log lines and errors. */
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Whether sending it twice would do harm: then it is repeated only if the server cannot have acted on it. */
  readonly once: boolean;
  /** Absent for a request that needs none. */
  readonly tokens?: TokenSource | undefined;
}

/** A response with its body as text. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly requestId: string | undefined;
}
