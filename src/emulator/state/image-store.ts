import type { ImageRecord } from "../api/image/model.ts";
import { compareRows, type ListQuery, type Row } from "../api/listing.ts";
import { DELETED, phaseAt } from "./image-timeline.ts";

/** Makes the row of a record at a moment; undefined when the list does not show it. */
type ViewRow = (record: ImageRecord) => Row | undefined;

/** All images by id, and their sorted lists. */
export interface ImageStore {
  /** The record to read. */
  get(id: string): ImageRecord | undefined;
  /** The record to change. */
  edit(id: string): ImageRecord | undefined;
  add(record: ImageRecord): void;
  /** Every record in the order of creation. */
  all(): IterableIterator<ImageRecord>;
  /** One page of the images as they are at `nowMs`. Lists with equal `key` and query show the same images. */
  page(query: ListQuery, key: string, nowMs: number, view: ViewRow): { rows: Row[]; total: number };
}

/** A sorted list and the time in which it holds (milliseconds since the Unix epoch). */
interface SortedList {
  readonly records: readonly ImageRecord[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A client that reads a list page by page sorts it once; more lists than these are not remembered. */
const REMEMBERED_LISTS = 8;

/** Creates an empty store. */
export function createImageStore(): ImageStore {
  const records = new Map<string, ImageRecord>();
  /** Emptied by every change. */
  const lists = new Map<string, SortedList>();

  const sort = (query: ListQuery, nowMs: number, view: ViewRow): SortedList => {
    const found: { record: ImageRecord; row: Row }[] = [];
    let untilMs = Number.POSITIVE_INFINITY;
    for (const record of records.values()) {
      if (phaseAt(record.timeline, nowMs).status === DELETED) {
        // No list and no request can show it any more: long runs don't grow.
        records.delete(record.id);
        continue;
      }
      const next = record.timeline.find(({ atMs }) => atMs > nowMs);
      if (next !== undefined) untilMs = Math.min(untilMs, next.atMs);
      const row = view(record);
      if (row !== undefined && query.passes(row)) found.push({ record, row });
    }
    found.sort((a, b) => compareRows(query.order, a.row, b.row));
    return { records: found.map(({ record }) => record), fromMs: nowMs, untilMs };
  };

  return {
    get: (id) => records.get(id),
    edit: (id) => {
      lists.clear();
      return records.get(id);
    },
    add: (record) => {
      lists.clear();
      records.set(record.id, record);
    },
    all: () => records.values(),
    page: (query, viewKey, nowMs, view) => {
      const key = `${viewKey} ${query.fingerprint}`;
      const known = lists.get(key);
      const holds = known !== undefined && nowMs >= known.fromMs && nowMs < known.untilMs;
      const list = holds ? known : sort(query, nowMs, view);
      if (!holds && lists.size >= REMEMBERED_LISTS) lists.clear();
      lists.set(key, list);
      const rows = list.records.slice(query.offset, query.offset + query.limit).map((record) => view(record));
      return { rows: rows.filter((row) => row !== undefined), total: list.records.length };
    },
  };
}
