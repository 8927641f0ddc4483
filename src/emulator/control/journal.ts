import type { IncomingHttpHeaders } from "node:http";

/** One API request as it came and went. Requests to the emulator's own control API are not recorded. */
export interface JournalEntry {
  /** 1 for the first request since the start or the last clear. */
  readonly seq: number;
  /** Number of the TCP connection, from 1; equal numbers mean a reused connection. */
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  /** Method and path pattern, such as `GET /api/v1/images/{image_id}`. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  /** Request headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The X-Auth-Token as sent. */
  readonly token: string | null;
  /** Parsed when it is JSON, else the text; secrets of credentials are replaced. Null without a body. */
  body: unknown;
  /** When it came, by the emulator's clock (milliseconds since the Unix epoch). */
  readonly atMs: number;
  /** When it came, by the machine's monotonic clock (milliseconds). */
  readonly arrivedMs: number;
  /** Until the answer had been sent, or the connection was gone. */
  durationMs: number | null;
  /** The status that was sent; null while there is none, or when none was sent. */
  status: number | null;
  /** The X-Request-Id of the answer. */
  readonly requestId: string;
  /** The fault rule that was applied. */
  rule: string | null;
  /** Whether the API carried the request out, whatever the client was told. */
  applied: boolean;
  /** Whether the client went away before it had the answer. */
  aborted: boolean;
  /** How many requests, this one included, the route was busy with when it came. */
  readonly concurrent: number;
}

/** Numbers per route. */
export interface RouteMetrics {
  requests: number;
  applied: number;
  active: number;
  maxConcurrent: number;
  readonly statuses: Record<string, number>;
}

/** Numbers over all requests, also those that the journal has forgotten. */
export interface Metrics {
  readonly requests: number;
  readonly connections: number;
  readonly active: number;
  readonly maxConcurrent: number;
  readonly routes: Readonly<Record<string, RouteMetrics>>;
}

/** What a request is recorded with when its head has arrived. */
export type RequestHead = Pick<
  JournalEntry,
  "connection" | "method" | "path" | "route" | "query" | "atMs" | "requestId"
> & {
  readonly headers: IncomingHttpHeaders;
};

/** The record of requests. */
export interface Journal {
  begin(arrival: RequestHead): JournalEntry;
  /** Records that the API carried the request out. */
  markApplied(entry: JournalEntry): void;
  finish(entry: JournalEntry): void;
  /** The entries, oldest first, that the filter lets pass. */
  entries(filter?: { readonly route?: string; readonly since?: number }): JournalEntry[];
  metrics(): Metrics;
  /** Forgets entries and numbers; requests under way are still finished. */
  clear(): void;
}

/** Creates an empty journal; `limit` tells how many entries are kept. */
export function createJournal(limit: () => number): Journal {
  let entries: JournalEntry[] = [];
  let routes: Record<string, RouteMetrics> = {};
  let seq = 0;
  let active = 0;
  let maxConcurrent = 0;
  let connections = new Set<number>();

  return {
    begin: ({ headers, ...arrival }) => {
      routes[arrival.route] ??= { requests: 0, applied: 0, active: 0, maxConcurrent: 0, statuses: {} };
      const route = routes[arrival.route] ?? {
        requests: 0,
        applied: 0,
        active: 0,
        maxConcurrent: 0,
        statuses: {},
      };
      route.requests++;
      route.active++;
      route.maxConcurrent = Math.max(route.maxConcurrent, route.active);
      active++;
      maxConcurrent = Math.max(maxConcurrent, active);
      connections.add(arrival.connection);
      const flat = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
      const entry: JournalEntry = {
        seq: ++seq,
        ...arrival,
        headers: Object.fromEntries(flat),
        token: headers["x-auth-token"] === undefined ? null : String(headers["x-auth-token"]),
        body: null,
        arrivedMs: performance.now(),
        durationMs: null,
        status: null,
        rule: null,
        applied: false,
        aborted: false,
        concurrent: route.active,
      };
      entries.push(entry);
      // Trimmed in large steps: cutting the front of an array costs as much as copying it.
      if (entries.length > limit() * 1.25 + 16) entries = entries.slice(-limit());
      return entry;
    },
    markApplied: (entry) => {
      entry.applied = true;
      const route = routes[entry.route];
      if (route !== undefined) route.applied++;
    },
    finish: (entry) => {
      entry.durationMs = performance.now() - entry.arrivedMs;
      active = Math.max(0, active - 1);
      const route = routes[entry.route];
      if (route === undefined) return;
      route.active = Math.max(0, route.active - 1);
      const status = String(entry.status ?? "none");
      route.statuses[status] = (route.statuses[status] ?? 0) + 1;
    },
    entries: ({ route, since = 0 } = {}) =>
      entries
        .slice(-limit())
        .filter((entry) => entry.seq > since && (route === undefined || entry.route === route)),
    metrics: () => ({ requests: seq, connections: connections.size, active, maxConcurrent, routes }),
    clear: () => {
      entries = [];
      routes = {};
      seq = 0;
      maxConcurrent = active;
      connections = new Set();
    },
  };
}

/** A request body for the journal: JSON parsed, the secrets of credentials replaced. */
export function recordBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text, (key, value: unknown) => (key === "secret" ? "(hidden)" : value));
  } catch {
    return text;
  }
}
