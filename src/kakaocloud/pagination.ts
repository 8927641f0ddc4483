import type { Call } from "./call.ts";
import { isKakaoCloudError } from "./errors.ts";
import { integer, listOf, nullable, object, type Reader, record } from "./json.ts";
import type { Query, Request } from "./request.ts";
import type { ServiceName } from "./service-name.ts";
import { linkSignals } from "./signals.ts";

/** The page size asked for, as the official provider does; a server may answer less. */
const PAGE_SIZE = 1000;
/** Asked for when the server refuses `PAGE_SIZE`. */
const SMALL_PAGE_SIZE = 100;
/** Pages of one list fetched side by side. */
const PAGE_CONCURRENCY = 8;
/** How often a list is read again when it visibly changed while its pages were read. */
const MAX_PASSES = 2;

/** Which list to read. */
export interface Listing {
  readonly operation: string;
  readonly service: ServiceName;
  readonly path: readonly string[];
  readonly query: Query;
  /** The key of the array in the answer. */
  readonly key: string;
}

interface Page<T> {
  readonly offset: number;
  readonly items: readonly T[];
  readonly total: number | null;
  /** The page size that the server says it used. */
  readonly limit: number | null;
}

type FetchPage<T> = (offset: number, call: Call | undefined) => Promise<Page<T>>;

/** An item, and where in the whole list it was last seen. */
interface Placed<T> {
  readonly item: T;
  readonly position: number;
}

/** What one reading of the whole list has seen so far. */
interface Pass<T> {
  /** Counts a page in; false when it brought nothing new. */
  keep(page: Page<T>): boolean;
  /** False once pages overlapped or disagreed on the total: the list moved under the reading, and may hide an item. */
  steady(): boolean;
}

/**
 * Reads a whole list: the first page alone, to learn the total and the page size that the server really gives, the others
 * side by side. Items seen twice because pages shifted count once; a list that moved meanwhile is read once more.
 * Items keep the server's order. Throws `KakaoCloudError`.
 */
export async function listAll<T extends { readonly id: string }>(
  request: Request,
  listing: Listing,
  item: Reader<T>,
  call?: Call,
): Promise<readonly T[]> {
  const found = new Map<string, Placed<T>>();
  const { fetch, first } = await fetchFirst(request, listing, item, call);
  for (let count = 1; count <= MAX_PASSES; count += 1) {
    const pass = createPass(found);
    await readPages(fetch, pass, count === 1 ? first : await fetch(0, call), call);
    if (pass.steady()) break;
  }
  return [...found.values()].sort((a, b) => a.position - b.position).map(({ item }) => item);
}

/** Orders by id. */
export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

function createPass<T extends { readonly id: string }>(found: Map<string, Placed<T>>): Pass<T> {
  const seen = new Set<string>();
  let total: number | null | undefined;
  let steady = true;
  return {
    keep: (page) => {
      const expected = seen.size + page.items.length;
      const before = seen.size;
      for (const [index, item] of page.items.entries()) {
        seen.add(item.id);
        found.set(item.id, { item, position: page.offset + index });
      }
      total ??= page.total;
      if (seen.size < expected || page.total !== total) steady = false;
      return seen.size > before;
    },
    steady: () => steady,
  };
}

async function readPages<T>(
  fetch: FetchPage<T>,
  pass: Pass<T>,
  first: Page<T>,
  call: Call | undefined,
): Promise<void> {
  pass.keep(first);
  const size = first.items.length;
  if (size === 0) return;
  if (first.total === null) return readUntilDry(fetch, pass, first, call);
  if (size >= first.total) return;
  if (size === PAGE_SIZE || size === first.limit) {
    return readSideBySide(fetch, pass, { from: size, size, total: first.total }, call);
  }
  // A short page whose size nobody announced may be the last one despite the total: look before asking for hundreds.
  const second = await fetch(size, call);
  if (pass.keep(second)) {
    await readSideBySide(fetch, pass, { from: 2 * size, size, total: first.total }, call);
  }
}

/** Without a total: page after page, until one brings nothing new or is shorter than the announced size. */
async function readUntilDry<T>(
  fetch: FetchPage<T>,
  pass: Pass<T>,
  first: Page<T>,
  call: Call | undefined,
): Promise<void> {
  let offset = first.items.length;
  let last = first;
  while (last.limit === null || last.items.length >= last.limit) {
    last = await fetch(offset, call);
    offset += last.items.length;
    if (!pass.keep(last)) return;
  }
}

async function readSideBySide<T>(
  fetch: FetchPage<T>,
  pass: Pass<T>,
  range: { readonly from: number; readonly size: number; readonly total: number },
  call: Call | undefined,
): Promise<void> {
  const link = linkSignals(call?.signal);
  const bounds = { ...call, signal: link.signal };
  let next = range.from;
  let end = range.total;
  const readOneByOne = async () => {
    while (next < end) {
      const offset = next;
      next += range.size;
      const page = await fetch(offset, bounds);
      pass.keep(page);
      end = Math.max(end, page.total ?? 0);
    }
  };
  try {
    await Promise.all(Array.from({ length: PAGE_CONCURRENCY }, readOneByOne));
  } finally {
    link.abort();
    link.dispose();
  }
}

/** Finds the page size that the server accepts, and with it reads the first page. */
async function fetchFirst<T>(
  request: Request,
  listing: Listing,
  item: Reader<T>,
  call: Call | undefined,
): Promise<{ readonly fetch: FetchPage<T>; readonly first: Page<T> }> {
  const fetch = createFetch(request, listing, item, PAGE_SIZE);
  try {
    return { fetch, first: await fetch(0, call) };
  } catch (error) {
    if (!isKakaoCloudError(error, "invalid_request")) throw error;
    // Either the query is wrong or the page too large: a smaller page tells.
    const small = createFetch(request, listing, item, SMALL_PAGE_SIZE);
    const first = await small(0, call).catch(() => {
      throw error;
    });
    return { fetch: small, first };
  }
}

function createFetch<T>(
  request: Request,
  { operation, service, path, query, key }: Listing,
  item: Reader<T>,
  limit: number,
): FetchPage<T> {
  const readItems = listOf(item);
  const readAnswer = (value: unknown, offset: number): Page<T> => {
    const answer = object(value);
    const items = record({ [key]: readItems })(answer)[key] ?? [];
    const { pagination } = record({ pagination: readPagination })(answer);
    return { offset, items, total: pagination?.total ?? null, limit: pagination?.limit ?? null };
  };
  return (offset, call) =>
    request.json(
      { operation, service, method: "GET", path, query: { ...query, limit, offset } },
      (value) => readAnswer(value, offset),
      call,
    );
}

const readPagination = nullable(record({ total: integer, limit: integer }));
