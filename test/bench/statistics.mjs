// Small statistics over runs: of a few interleaved runs the median says what to expect, the spread how sure that is.

/** The value below which the given share (0 to 1) of the values lies. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export const median = (values) => quantile(values, 0.5);

/** Median, smallest and largest, for a table and for JSON. */
export function summarize(values) {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return null;
  return { median: median(known), min: Math.min(...known), max: Math.max(...known), runs: known.length };
}
