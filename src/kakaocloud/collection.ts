import type { CallOptions } from "../base/call.ts";
import { type Reader, record, UnexpectedJson } from "./json.ts";
import { type Listing, listAll, listPages } from "./pagination.ts";
import type { Query, Request } from "./request.ts";
import type { ServiceName } from "./service-name.ts";

/** Filters of a list, by the API's own names. */
export type Filters<Name extends string> = Readonly<Partial<Record<Name, string | number | boolean>>>;

/** Objects of one type, to read. Every method throws `KakaoCloudError`. */
export interface Collection<T, Filter> {
  /** One of them; `not_found` only when the API itself says so. */
  get(id: string, options?: CallOptions): Promise<T>;
  /** Every one that matches, however many pages that takes, in the server's order. */
  list(filter?: Filter, options?: CallOptions): Promise<readonly T[]>;
  /** The same a page at a time, each object once, as the pages arrive: for lists that need not be whole in memory. */
  pages(filter?: Filter, options?: CallOptions): AsyncIterable<readonly T[]>;
}

interface Listed {
  readonly id: string;
  readonly created_at: string | null;
}

/**
 * The objects of one type that a service keeps.
 *
 * @param type the API's name of it, in the singular: operations, paths and the keys of responses are made of it
 */
export function createCollection<T extends Listed, Filter extends Query>(
  request: Request,
  service: ServiceName,
  type: string,
  read: Reader<T>,
): Collection<T, Filter> {
  const key = type.toLowerCase();
  const keys = `${key}s`;
  const listing = (filter: Filter | undefined): Listing => ({
    operation: `List${type}s`,
    service,
    path: [keys],
    query: { ...filter, sort_keys: "created_at", sort_dirs: "desc" },
    key: keys,
  });
  return {
    get: async (id, options) => {
      const body = await request.json(
        { operation: `Get${type}`, service, method: "GET", path: [keys, id] },
        record({ [key]: only(id, key, read) }),
        options,
      );
      return body[key] as T;
    },
    list: (filter, options) => listAll(request, listing(filter), read, options),
    pages: (filter, options) => listPages(request, listing(filter), read, options),
  };
}

/** Takes no other object for the one that was requested: its id would replace the right one in the state. */
export function only<T extends { readonly id: string }>(
  id: string,
  what: string,
  read: Reader<T>,
): Reader<T> {
  return (value) => {
    const found = read(value);
    if (found.id.toLowerCase() === id.toLowerCase()) return found;
    throw new UnexpectedJson(`${what} ${id}`, `another ${what} (${found.id})`);
  };
}
