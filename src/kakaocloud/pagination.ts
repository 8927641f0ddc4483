import type { Call } from "./call.ts";
import { isKakaoCloudError } from "./errors.ts";
import { integer, listOf, nullable, type Reader, record } from "./json.ts";
import type { Query, Request, ServiceName } from "./request.ts";

/** The page size asked for, as the official provider does; a server may answer less. */
const PAGE_SIZE = 1000;
/** Asked for when the server refuses `PAGE_SIZE`. */
const SMALL_PAGE_SIZE = 100;
/** Pages of one list fetched side by side. */
const PAGE_CONCURRENCY = 8;
/** How often a list is read again when it visibly changed while its pages were read. */
const MAX_PASSES = 2;

/** Which list to read, and in which order its items are given back. */
export interface Listing<T> {
  readonly operation: string;
  readonly service: ServiceName;
  readonly path: readonly string[];
  readonly query: Query;
  /** The key of the array in the answer. */
  readonly key: string;
  readonly order: (a: T, b: T) => number;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly total: number | null;
  /** The page size that the server says it used. */
  readonly limit: number | null;
}

type FetchPage<T> = (offset: number, signal?: AbortSignal) => Promise<Page<T>>;

/**
 * Reads a whole list: the first page alone, to learn the total and the page size that the server really gives, the others
 * side by side. Items seen twice because pages shifted count once; a list that changed meanwhile is read once more.
 * Items are ordered by `order`. Throws `KakaoCloudError`.
 */
export async function listAll<T extends { readonly id: string }>(
  request: Request,
  listing: Listing<T>,
  item: Reader<T>,
  call?: Call,
): Promise<readonly T[]> {
  const found = new Map<string, T>();
  const fetch = await pageFetcher(request, listing, item, call);
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const seen = new Set<string>();
    const keep = (page: Page<T>) => {
      const before = seen.size;
      for (const entry of page.items) {
        seen.add(entry.id);
        found.set(entry.id, entry);
      }
      return seen.size > before;
    };
    const steady = await readPages(fetch, keep, pass === 1 ? fetch.first : undefined);
    if (steady) break;
  }
  return [...found.values()].sort(listing.order);
}

/** Orders by creation, newest first, then by id, so that equal times do not swap places between two reads. */
export function newestFirst(
  a: { readonly id: string; readonly created_at: string | null },
  b: { readonly id: string; readonly created_at: string | null },
): number {
  return instant(b.created_at) - instant(a.created_at) || byId(a, b);
}

/** Orders by id. */
export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

function instant(time: string | null): number {
  return time === null ? 0 : Date.parse(time);
}

/** Reads every page. False when the list moved under the reading, so that an item may have been missed. */
async function readPages<T>(
  fetch: FetchPage<T>,
  keep: (page: Page<T>) => boolean,
  prefetched: Page<T> | undefined,
): Promise<boolean> {
  const first = prefetched ?? (await fetch(0));
  keep(first);
  const step = first.items.length;
  const { total } = first;
  if (step === 0 || (total !== null && step >= total)) return true;
  if (total === null) return readUntilDry(fetch, keep, first);
  // A short page whose size nobody announced may be the last one despite the total: look before asking for hundreds.
  if (step < PAGE_SIZE && step !== first.limit) {
    const second = await fetch(step);
    if (!keep(second)) return true;
  }
  return readSideBySide(fetch, keep, step, total);
}

/** Without a total: page after page, until one brings nothing new or is shorter than the announced size. */
async function readUntilDry<T>(
  fetch: FetchPage<T>,
  keep: (page: Page<T>) => boolean,
  first: Page<T>,
): Promise<boolean> {
  let offset = first.items.length;
  let last = first;
  while (last.limit === null || last.items.length >= last.limit) {
    last = await fetch(offset);
    offset += last.items.length;
    if (!keep(last)) break;
  }
  return true;
}

async function readSideBySide<T>(
  fetch: FetchPage<T>,
  keep: (page: Page<T>) => boolean,
  step: number,
  total: number,
): Promise<boolean> {
  const failure = new AbortController();
  let next = step;
  let steady = true;
  let end = total;
  const worker = async () => {
    while (next < end) {
      const offset = next;
      next += step;
      const page = await fetch(offset, failure.signal);
      keep(page);
      if (page.total !== null && page.total !== total) {
        steady = false;
        end = Math.max(end, page.total);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: PAGE_CONCURRENCY }, worker));
  } catch (error) {
    failure.abort();
    throw error;
  }
  return steady;
}

/** Fetches pages of the size that the server accepts; `first` is the page at offset 0, fetched while finding that out. */
async function pageFetcher<T>(
  request: Request,
  listing: Listing<T>,
  item: Reader<T>,
  call: Call | undefined,
): Promise<FetchPage<T> & { readonly first: Page<T> }> {
  const read = record({
    [listing.key]: listOf(item),
    pagination: nullable(record({ total: integer, limit: integer })),
  });
  const fetcher =
    (limit: number): FetchPage<T> =>
    async (offset, signal) => {
      const { operation, service, path } = listing;
      const query = { ...listing.query, limit, offset };
      const bounds = signal === undefined ? call : { ...call, signal: either(call?.signal, signal) };
      const answer = await request.json({ operation, service, method: "GET", path, query }, read, bounds);
      const pagination = answer.pagination as { total: number | null; limit: number | null } | null;
      return {
        items: (answer[listing.key] as readonly T[] | null) ?? [],
        total: pagination?.total ?? null,
        limit: pagination?.limit ?? null,
      };
    };
  const fetch = fetcher(PAGE_SIZE);
  try {
    return Object.assign(fetch, { first: await fetch(0) });
  } catch (error) {
    if (!isKakaoCloudError(error, "invalid_request")) throw error;
    // Either the query is wrong or the page too large: a smaller page tells.
    const small = fetcher(SMALL_PAGE_SIZE);
    const first = await small(0).catch(() => {
      throw error;
    });
    return Object.assign(small, { first });
  }
}

function either(a: AbortSignal | undefined, b: AbortSignal): AbortSignal {
  return a === undefined ? b : AbortSignal.any([a, b]);
}
