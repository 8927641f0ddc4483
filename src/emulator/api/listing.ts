import type { Settings } from "../settings.ts";
import { ApiError, type ApiResponse, errorResponse } from "./errors.ts";

/** A row of a list response. */
export type Row = Readonly<Record<string, unknown>>;

/** How one query parameter filters: what values it takes, and whether a row passes. */
export interface Filter {
  readonly takes: "text" | "integer" | "boolean" | readonly string[];
  passes(row: Row, value: string, settings: Readonly<Settings>): boolean;
}

/** The order of a list: by each key in turn, then by id. */
export type Order = readonly { readonly key: string; readonly descending: boolean }[];

/** A checked list query. */
export interface ListQuery {
  readonly limit: number;
  readonly offset: number;
  readonly order: Order;
  passes(row: Row): boolean;
  /** Equal for queries that differ only in limit and offset. */
  readonly fingerprint: string;
}

/** Reads a list's query parameters. Throws an ApiError (422) for values that the parameter doesn't take. */
export function readListQuery(
  query: URLSearchParams,
  filters: Readonly<Record<string, Filter>>,
  sortable: readonly string[],
  settings: Readonly<Settings>,
): ListQuery {
  const { limit, offset } = readPage(query, settings);
  const active: (readonly [string, Filter, string])[] = [];
  for (const [name, value] of query) {
    if (["limit", "offset", "sort_keys", "sort_dirs"].includes(name)) continue;
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter === undefined) {
      if (settings.unknownQuery === "reject") throw invalidQuery(name, "extra fields not permitted");
      continue;
    }
    if (value === "") continue;
    if (!takes(filter.takes, value))
      throw invalidQuery(name, `value is not a valid ${describe(filter.takes)}`);
    active.push([name, filter, value]);
  }
  const order = readOrder(query, sortable);
  return {
    limit,
    offset,
    order,
    passes: (row) => active.every(([, filter, value]) => filter.passes(row, value, settings)),
    fingerprint: JSON.stringify([active.map(([name, , value]) => [name, value]), order]),
  };
}

/** Rows before rows after, by the order, ties by id; nulls come first when ascending. */
export function compareRows(order: Order, a: Row, b: Row): number {
  for (const { key, descending } of order) {
    const sign = compareValues(a[key], b[key]);
    if (sign !== 0) return descending ? -sign : sign;
  }
  return compareValues(a.id, b.id);
}

/** The list response: `{ <key>: rows, pagination: { total, offset, limit } }`. */
export function listResponse(
  key: string,
  rows: readonly Row[],
  total: number,
  query: { offset: number; limit: number },
): ApiResponse {
  return {
    status: 200,
    body: { [key]: rows, pagination: { total, offset: query.offset, limit: query.limit } },
  };
}

/** Filters, sorts and pages rows that are all at hand. */
export function listRows(key: string, rows: readonly Row[], query: ListQuery): ApiResponse {
  const found = rows.filter(query.passes).sort((a, b) => compareRows(query.order, a, b));
  const page = found.slice(query.offset, query.offset + query.limit);
  return listResponse(key, page, found.length, query);
}

/** Reads limit and offset. Throws an ApiError (422) for what isn't a count, and for too large a limit if the settings say so. */
export function readPage(
  query: URLSearchParams,
  settings: Readonly<Settings>,
): { limit: number; offset: number } {
  const limit = readCount(query, "limit", settings.limitDefault);
  const offset = readCount(query, "offset", 0);
  if (limit < 1) throw invalidQuery("limit", "ensure this value is greater than or equal to 1");
  if (limit > settings.limitMax && settings.limitMode === "reject") {
    throw invalidQuery("limit", `ensure this value is less than or equal to ${settings.limitMax}`);
  }
  return { limit: Math.min(limit, settings.limitMax), offset };
}

/** Filters by the attributes of rows that are such views. The compiler refuses an attribute that the view does not have. */
export const filtersOf = <View>() => ({
  /** Passes rows whose attribute equals the value as text. */
  equals: (key: keyof View & string, takes: Filter["takes"] = "text"): Filter => ({
    takes,
    passes: (row, value) => row[key] !== null && String(row[key]) === value,
  }),
  /** Passes rows whose boolean attribute has the value. */
  isFlag: (key: keyof View & string): Filter => ({
    takes: "boolean",
    passes: (row, value) => row[key] === /^(true|1)$/i.test(value),
  }),
  /** Passes rows whose time contains, or is, the value, by the setting `timeFilter`. */
  matchesTime: (key: keyof View & string): Filter => ({
    takes: "text",
    passes: (row, value, settings) =>
      settings.timeFilter === "equal" ? row[key] === value : String(row[key]).includes(value),
  }),
  /** The attributes that a list can be sorted by. */
  sortableBy: (...keys: readonly (keyof View & string)[]): readonly string[] => keys,
});

interface Listed {
  readonly id: string;
  readonly name: string | null;
  readonly status: string | null;
  readonly created_at: string;
  readonly updated_at: string | null;
}

const { equals, matchesTime } = filtersOf<Listed>();

/** The filters that all lists have. The name contains, or is, the value, by the setting `nameFilter`. */
export const COMMON_FILTERS: Readonly<Record<keyof Listed, Filter>> = {
  id: equals("id"),
  name: {
    takes: "text",
    passes: (row, value, settings) =>
      settings.nameFilter === "exact" ? row.name === value : String(row.name).includes(value),
  },
  status: equals("status"),
  created_at: matchesTime("created_at"),
  updated_at: matchesTime("updated_at"),
};

function readCount(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  if (!/^\d{1,9}$/.test(text)) throw invalidQuery(name, "value is not a valid integer");
  return Number(text);
}

function readOrder(query: URLSearchParams, sortable: readonly string[]): Order {
  const keys = (query.get("sort_keys") || "created_at").split(",");
  const directions = (query.get("sort_dirs") || "desc").split(",");
  return keys.map((key, i) => {
    if (!sortable.includes(key)) throw invalidQuery("sort_keys", `${key} is not a sortable attribute`);
    const direction = directions[i] ?? directions.at(-1);
    if (direction !== "asc" && direction !== "desc")
      throw invalidQuery("sort_dirs", "value is not asc or desc");
    return { key, descending: direction === "desc" };
  });
}

function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function takes(kind: Filter["takes"], value: string): boolean {
  if (kind === "text") return true;
  if (kind === "integer") return /^-?\d{1,18}$/.test(value);
  if (kind === "boolean") return /^(true|false|1|0)$/i.test(value);
  return kind.includes(value);
}

function describe(kind: Filter["takes"]): string {
  return typeof kind === "string" ? kind : `enumeration member; permitted: ${kind.join(", ")}`;
}

function invalidQuery(name: string, message: string): ApiError {
  const response = errorResponse(422, "fastapi-422", message);
  return new ApiError({
    ...response,
    body: { detail: [{ loc: ["query", name], msg: message, type: "value_error" }] },
  });
}
