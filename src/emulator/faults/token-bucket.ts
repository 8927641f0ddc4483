/** Token buckets by key: each holds `burst` and gains `perSecond`. */
export interface Buckets {
  /** Takes one from the key's bucket; false when it is empty. */
  take(key: string, nowMs: number): boolean;
}

/** Creates buckets that are full at first. */
export function createBuckets(burst: number, perSecond: number): Buckets {
  const levels = new Map<string, { level: number; atMs: number }>();
  return {
    take: (key, nowMs) => {
      const { level, atMs } = levels.get(key) ?? { level: burst, atMs: nowMs };
      const filled = Math.min(burst, level + ((nowMs - atMs) * perSecond) / 1000);
      const enough = filled >= 1;
      levels.set(key, { level: enough ? filled - 1 : filled, atMs: nowMs });
      return enough;
    },
  };
}
