import type { ImageRecord } from "../api/image/model.ts";
import { compareRows, type ListQuery, pageOf, type Row, type SortedRows } from "../api/listing.ts";
import type { Preload } from "./preload.ts";

/** All images: those kept as records, and behind them the preloaded ones that nobody has changed. */
export interface ImageStore {
  get(id: string): ImageRecord | undefined;
  /** The record to change; a preloaded image becomes a kept one. */
  edit(id: string): ImageRecord | undefined;
  add(record: ImageRecord): void;
  /** Forgets an image for good. */
  remove(id: string): void;
  /** The records that are kept, in the order they were added. */
  kept(): IterableIterator<ImageRecord>;
  /** One page of all images: `view` makes a row of a record, or undefined when the record isn't to be seen. */
  page(
    query: ListQuery,
    viewKey: string,
    view: (record: ImageRecord) => Row | undefined,
  ): { rows: Row[]; total: number };
  dump(): ImageStoreDump;
  restore(dump: ImageStoreDump): void;
}

/** What of a store can change. */
export interface ImageStoreDump {
  readonly kept: readonly ImageRecord[];
  readonly takenOver: readonly number[];
}

/** How many filtered and sorted index lists are remembered (4 bytes per image each). */
const REMEMBERED_LISTS = 8;

/** Creates a store over preloaded images. */
export function createImageStore(preload: Preload): ImageStore {
  const records = new Map<string, ImageRecord>();
  /** Preloaded indexes that a kept record has replaced, or that were removed. */
  const takenOver = new Set<number>();
  /** Positions of preloaded images by query; emptied whenever `takenOver` grows. */
  const sorted = new Map<string, Int32Array>();

  const preloaded = (id: string): number | undefined => {
    const index = preload.indexOf(id);
    return index === undefined || takenOver.has(index) ? undefined : index;
  };
  const takeOver = (index: number) => {
    takenOver.add(index);
    sorted.clear();
  };

  const sortPreloaded = (query: ListQuery, view: (record: ImageRecord) => Row | undefined): Int32Array => {
    const keys: { index: number; row: Row }[] = [];
    for (let index = 0; index < preload.count; index++) {
      if (takenOver.has(index)) continue;
      const row = view(preload.at(index));
      if (row === undefined || !query.passes(row)) continue;
      keys.push({
        index,
        row: Object.fromEntries([["id", row.id], ...query.order.map(({ key }) => [key, row[key]])]),
      });
    }
    keys.sort((a, b) => compareRows(query.order, a.row, b.row));
    return Int32Array.from(keys, ({ index }) => index);
  };

  return {
    get: (id) => {
      const kept = records.get(id);
      if (kept !== undefined) return kept;
      const index = preloaded(id);
      return index === undefined ? undefined : preload.at(index);
    },
    edit: (id) => {
      const kept = records.get(id);
      if (kept !== undefined) return kept;
      const index = preloaded(id);
      if (index === undefined) return undefined;
      const record = preload.at(index);
      takeOver(index);
      records.set(id, record);
      return record;
    },
    add: (record) => {
      const index = preloaded(record.id);
      if (index !== undefined) takeOver(index);
      records.set(record.id, record);
    },
    remove: (id) => {
      records.delete(id);
      const index = preloaded(id);
      if (index !== undefined) takeOver(index);
    },
    kept: () => records.values(),
    page: (query, viewKey, view) => {
      const key = `${viewKey} ${query.fingerprint}`;
      const positions = sorted.get(key) ?? sortPreloaded(query, view);
      sorted.delete(key);
      sorted.set(key, positions);
      for (const oldest of sorted.keys()) {
        if (sorted.size <= REMEMBERED_LISTS) break;
        sorted.delete(oldest);
      }
      const many: SortedRows = {
        length: positions.length,
        at: (position) => view(preload.at(positions[position] ?? 0)) ?? {},
      };
      const few: Row[] = [];
      for (const record of records.values()) {
        const row = view(record);
        if (row !== undefined && query.passes(row)) few.push(row);
      }
      few.sort((a, b) => compareRows(query.order, a, b));
      return pageOf(many, few, query);
    },
    dump: () => ({ kept: [...records.values()], takenOver: [...takenOver] }),
    restore: (dump) => {
      records.clear();
      takenOver.clear();
      sorted.clear();
      for (const record of dump.kept) records.set(record.id, record);
      for (const index of dump.takenOver) takenOver.add(index);
    },
  };
}
