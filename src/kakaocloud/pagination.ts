import type { CallOptions } from "../base/call.ts";
import { LIMITS } from "../base/limits.ts";
import { linkSignals } from "../base/signals.ts";
import { isKakaoCloudError, KakaoCloudError } from "./errors.ts";
import { integer, listOf, nullable, object, type Reader, record } from "./json.ts";
import type { Query, Request } from "./request.ts";
import type { ServiceName } from "./service-name.ts";

/** The page size that is requested, as the official provider does; a server may return less. */
const PAGE_SIZE = 1000;
/** Requested when the server refuses `PAGE_SIZE`. */
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
  /** The key of the array in the response. */
  readonly key: string;
}

interface Page<T> {
  readonly offset: number;
  readonly items: readonly T[];
  readonly total: number | null;
  /** The page size that the server says it used. */
  readonly limit: number | null;
}

type FetchPage<T> = (offset: number, options: CallOptions | undefined) => Promise<Page<T>>;

/** Counts what a list has taken so far. Both methods throw `KakaoCloudError` (`too_large`) beyond every sensible list. */
interface Budget {
  takePage(characters: number): void;
  checkItems(count: number): void;
}

/** An item, and where in the whole list it was last seen. */
interface Placed<T> {
  readonly item: T;
  readonly position: number;
}

/** Where a reading puts what it found, by id. */
interface Found<T> {
  set(id: string, placed: Placed<T>): unknown;
  readonly size: number;
}

/** What one reading of the whole list has seen so far. */
interface Pass<T> {
  /** Counts a page in; false when it showed nothing new. */
  keep(page: Page<T>): boolean;
  /** Whether the list goes on after the pages so far: not after an empty one, nor after many that showed nothing new. */
  hasMore(): boolean;
  /** False once pages overlapped or disagreed on the total: the list moved under the reading, and may hide an item. */
  steady(): boolean;
}

/**
 * Reads a whole list: the first page alone, to learn the total and the page size that the server really gives, the others
 * side by side. Items seen twice because pages shifted count once; a list that moved meanwhile is read once more. Whatever the
 * total says, an empty page ends the list, and so do several in a row that show nothing new. Items keep the server's order.
 *
 * @throws KakaoCloudError, with `too_large` for a list beyond every bound
 */
export async function listAll<T extends { readonly id: string }>(
  request: Request,
  listing: Listing,
  item: Reader<T>,
  options?: CallOptions,
): Promise<readonly T[]> {
  const found = new Map<string, Placed<T>>();
  const budget = createBudget(listing.operation);
  const { fetch, first } = await fetchFirst(request, listing, item, budget, options);
  for (let count = 1; count <= MAX_PASSES; count += 1) {
    const pass = createPass(found, budget);
    await readPages(fetch, pass, count === 1 ? first : await fetch(0, options), options);
    if (pass.steady()) break;
  }
  return [...found.values()].sort((a, b) => a.position - b.position).map(({ item }) => item);
}

/**
 * Reads a list page by page and yields what is new of each, in the server's order: memory holds one page and the ids. As with
 * {@link listAll}, a list that moved meanwhile is read once more, for what it may have hidden. Leave the loop to stop.
 *
 * @throws KakaoCloudError, with `too_large` for a list beyond every bound
 */
export async function* listPages<T extends { readonly id: string }>(
  request: Request,
  listing: Listing,
  item: Reader<T>,
  options?: CallOptions,
): AsyncGenerator<readonly T[], void, undefined> {
  const yielded = new Set<string>();
  const idsOnly: Found<T> = {
    set: (id) => yielded.add(id),
    get size() {
      return yielded.size;
    },
  };
  const budget = createBudget(listing.operation);
  const { fetch, first } = await fetchFirst(request, listing, item, budget, options);
  for (let count = 1; count <= MAX_PASSES; count += 1) {
    const pass = createPass<T>(idsOnly, budget);
    let page = count === 1 ? first : await fetch(0, options);
    for (let offset = page.items.length; ; offset += page.items.length) {
      const fresh = new Map(
        page.items.filter(({ id }) => !yielded.has(id)).map((entry) => [entry.id, entry]),
      );
      pass.keep(page);
      if (fresh.size > 0) yield [...fresh.values()];
      if (!pass.hasMore() || endsList(page, offset)) break;
      page = await fetch(offset, options);
    }
    if (pass.steady()) return;
  }
}

/** Whether a page says that it is the last; one without a total does so by being shorter than the announced size. */
function endsList({ items, total, limit }: Page<unknown>, offset: number): boolean {
  return total === null ? limit !== null && items.length < limit : offset >= total;
}

/** Orders by id. */
export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

function createBudget(operation: string): Budget {
  let pages = 0;
  let characters = 0;
  const check = (amount: number, limit: number, unit: string) => {
    if (amount <= limit) return;
    throw new KakaoCloudError({
      code: "too_large",
      operation,
      phase: "request",
      reason: `the list has more than ${limit} ${unit}, which is more than the provider reads`,
      remedy: "Narrow the list with a filter. If the project has fewer, check the endpoint of the service",
      sent: true,
    });
  };
  return {
    takePage(size) {
      pages += 1;
      characters += size;
      check(pages, LIMITS.listPages, "pages");
      check(characters, LIMITS.listBytes, "bytes");
    },
    checkItems: (count) => check(count, LIMITS.listItems, "items"),
  };
}

function createPass<T extends { readonly id: string }>(found: Found<T>, budget: Budget): Pass<T> {
  const seen = new Set<string>();
  let stale = 0;
  let isEmpty = false;
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
      budget.checkItems(found.size);
      if (seen.size < expected || page.total !== total) steady = false;
      if (page.items.length === 0) isEmpty = true;
      stale = seen.size > before ? 0 : stale + 1;
      return seen.size > before;
    },
    hasMore: () => !isEmpty && stale < LIMITS.listStalePages,
    steady: () => steady,
  };
}

async function readPages<T>(
  fetch: FetchPage<T>,
  pass: Pass<T>,
  first: Page<T>,
  options: CallOptions | undefined,
): Promise<void> {
  pass.keep(first);
  const size = first.items.length;
  if (size === 0) return;
  if (first.total === null) return readUntilDry(fetch, pass, first, options);
  if (size >= first.total) return;
  if (size === PAGE_SIZE || size === first.limit) {
    return readSideBySide(fetch, pass, { from: size, size, total: first.total }, options);
  }
  // A short page whose size nobody announced may be the last one despite the total: read one more before requesting hundreds.
  const second = await fetch(size, options);
  if (pass.keep(second)) {
    await readSideBySide(fetch, pass, { from: 2 * size, size, total: first.total }, options);
  }
}

/** Without a total: page after page, until one brings nothing new or is shorter than the announced size. */
async function readUntilDry<T>(
  fetch: FetchPage<T>,
  pass: Pass<T>,
  first: Page<T>,
  options: CallOptions | undefined,
): Promise<void> {
  let offset = first.items.length;
  let last = first;
  while (last.limit === null || last.items.length >= last.limit) {
    last = await fetch(offset, options);
    offset += last.items.length;
    if (!pass.keep(last)) return;
  }
}

async function readSideBySide<T>(
  fetch: FetchPage<T>,
  pass: Pass<T>,
  range: { readonly from: number; readonly size: number; readonly total: number },
  options: CallOptions | undefined,
): Promise<void> {
  const link = linkSignals(options?.signal);
  const bounds = { ...options, signal: link.signal };
  let next = range.from;
  let end = range.total;
  const readOneByOne = async () => {
    while (next < end && pass.hasMore()) {
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

/** Finds the page size that the server accepts, and reads the first page with it. */
async function fetchFirst<T>(
  request: Request,
  listing: Listing,
  item: Reader<T>,
  budget: Budget,
  options: CallOptions | undefined,
): Promise<{ readonly fetch: FetchPage<T>; readonly first: Page<T> }> {
  const fetch = createFetch(request, listing, item, budget, PAGE_SIZE);
  try {
    return { fetch, first: await fetch(0, options) };
  } catch (error) {
    if (!isKakaoCloudError(error, "invalid_request")) throw error;
    // Either the query is wrong or the page too large: a smaller page shows which.
    const small = createFetch(request, listing, item, budget, SMALL_PAGE_SIZE);
    const first = await small(0, options).catch(() => {
      throw error;
    });
    return { fetch: small, first };
  }
}

function createFetch<T>(
  request: Request,
  { operation, service, path, query, key }: Listing,
  item: Reader<T>,
  budget: Budget,
  limit: number,
): FetchPage<T> {
  const readItems = listOf(item);
  const readPage = (value: unknown, characters: number, offset: number): Page<T> => {
    budget.takePage(characters);
    const body = object(value);
    const items = record({ [key]: readItems })(body)[key] ?? [];
    const { pagination } = record({ pagination: readPagination })(body);
    return { offset, items, total: pagination?.total ?? null, limit: pagination?.limit ?? null };
  };
  return (offset, options) =>
    request.json(
      { operation, service, method: "GET", path, query: { ...query, limit, offset } },
      (value, characters) => readPage(value, characters, offset),
      options,
    );
}

const readPagination = nullable(record({ total: integer, limit: integer }));
