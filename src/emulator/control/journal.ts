import type { IncomingHttpHeaders } from "node:http";
import { maskBody, maskFields } from "./masking.ts";

/** One API request and its response. Requests to the emulator's own control API are not recorded. */
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
  /** Parsed when it is JSON, else the text; secrets are replaced. Null without a body. */
  body: unknown;
  /** When it arrived, by the emulator's clock (milliseconds since the Unix epoch). */
  readonly atMs: number;
  /** When it arrived, by the machine's monotonic clock (milliseconds). */
  readonly arrivedMs: number;
  /** Until the response was sent or the connection closed. */
  durationMs: number | null;
  /** The status that was sent; null while there is none, or when none was sent. */
  status: number | null;
  /** The X-Request-Id of the response. */
  readonly requestId: string;
  /** The fault rule that was applied. */
  rule: string | null;
  /** Whether the API applied the request, whatever response the client got. */
  applied: boolean;
  /** Whether the client closed the connection before it had the response. */
  aborted: boolean;
  /** Requests to the same route that were in progress when it came, this one included. */
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

/** Numbers over all requests, also those that the journal no longer holds. */
export interface Metrics {
  readonly requests: number;
  readonly connections: number;
  readonly active: number;
  readonly maxConcurrent: number;
  readonly routes: Readonly<Record<string, RouteMetrics>>;
}

/** What is known of a request when its head has arrived. */
export type RequestHead = Pick<
  JournalEntry,
  "connection" | "method" | "path" | "route" | "query" | "atMs" | "requestId"
> & {
  readonly headers: IncomingHttpHeaders;
};

/** The record of requests. */
export interface Journal {
  begin(head: RequestHead): JournalEntry;
  /** Records the body, without its secrets. */
  recordBody(entry: JournalEntry, text: string): void;
  /** Records that the API applied the request. */
  markApplied(entry: JournalEntry): void;
  finish(entry: JournalEntry): void;
  /** The entries, oldest first, that the filter matches. */
  entries(filter?: { readonly route?: string; readonly since?: number }): JournalEntry[];
  metrics(): Metrics;
  /** Deletes entries and numbers; requests in progress are still finished. */
  clear(): void;
}

/** The most bytes that the entries take together, roughly; the oldest are dropped first. */
const JOURNAL_BYTES = 64 * 1024 * 1024;
/** What an entry takes besides its texts. */
const ENTRY_BYTES = 1_000;
/** The most routes with numbers of their own: paths that no route knows come from clients. */
const MOST_ROUTES = 500;
const OTHER_ROUTES = "(other)";
/** The most connections that are distinguished. */
const MOST_CONNECTIONS = 100_000;

/** Creates an empty journal; `limit` gives the number of entries that are kept. */
export function createJournal(limit: () => number, mostBytes = JOURNAL_BYTES): Journal {
  let kept: { readonly entry: JournalEntry; bytes: number }[] = [];
  let bytes = 0;
  let routes: Record<string, RouteMetrics> = {};
  let seq = 0;
  let active = 0;
  let maxConcurrent = 0;
  let connections = new Set<number>();
  /** The numbers that an entry counts in, also after its route has been cleared. */
  const countedIn = new WeakMap<JournalEntry, RouteMetrics>();

  const metricsOf = (name: string): RouteMetrics => {
    const key = name in routes || Object.keys(routes).length < MOST_ROUTES ? name : OTHER_ROUTES;
    const known = routes[key];
    if (known !== undefined) return known;
    const created = { requests: 0, applied: 0, active: 0, maxConcurrent: 0, statuses: {} };
    routes[key] = created;
    return created;
  };

  /** Drops in large steps: cutting the front of an array costs as much as copying it. */
  const trim = () => {
    if (kept.length > limit() * 1.25 + 16) kept = kept.slice(-limit());
    else if (bytes <= mostBytes) return;
    bytes = kept.reduce((sum, { bytes: own }) => sum + own, 0);
    let first = 0;
    for (const { bytes: own } of kept) {
      if (bytes <= mostBytes * 0.75) break;
      bytes -= own;
      first++;
    }
    kept = kept.slice(first);
  };

  return {
    begin: ({ headers, query, ...head }) => {
      const route = metricsOf(head.route);
      route.requests++;
      route.active++;
      route.maxConcurrent = Math.max(route.maxConcurrent, route.active);
      active++;
      maxConcurrent = Math.max(maxConcurrent, active);
      if (connections.size < MOST_CONNECTIONS) connections.add(head.connection);
      const entry: JournalEntry = {
        seq: ++seq,
        ...head,
        query: maskFields(Object.entries(query)),
        headers: maskFields(Object.entries(headers)),
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
      countedIn.set(entry, route);
      const texts = [head.path, entry.query, entry.headers].map((part) => JSON.stringify(part).length);
      const size = texts.reduce((sum, length) => sum + length, ENTRY_BYTES);
      kept.push({ entry, bytes: size });
      bytes += size;
      trim();
      return entry;
    },
    recordBody: (entry, text) => {
      entry.body = maskBody(text);
      const size = entry.body === null ? 0 : JSON.stringify(entry.body).length;
      const own = kept.findLast((candidate) => candidate.entry === entry);
      if (own === undefined) return;
      own.bytes += size;
      bytes += size;
      trim();
    },
    markApplied: (entry) => {
      entry.applied = true;
      const route = countedIn.get(entry);
      if (route !== undefined) route.applied++;
    },
    finish: (entry) => {
      entry.durationMs = performance.now() - entry.arrivedMs;
      active = Math.max(0, active - 1);
      const route = countedIn.get(entry);
      if (route === undefined) return;
      route.active = Math.max(0, route.active - 1);
      const status = String(entry.status ?? "none");
      route.statuses[status] = (route.statuses[status] ?? 0) + 1;
    },
    entries: ({ route, since = 0 } = {}) =>
      kept
        .slice(-limit())
        .map(({ entry }) => entry)
        .filter((entry) => entry.seq > since && (route === undefined || entry.route === route)),
    metrics: () => ({ requests: seq, connections: connections.size, active, maxConcurrent, routes }),
    clear: () => {
      kept = [];
      bytes = 0;
      routes = {};
      seq = 0;
      maxConcurrent = active;
      connections = new Set();
    },
  };
}
