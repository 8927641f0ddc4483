/** The entries of a record in the order of their names, so that the same record is always the same bytes. */
export function byName<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A record as a protobuf map, in the order of the names. */
export function mapByName<T, U>(
  record: Readonly<Record<string, T>>,
  encode: (value: T) => U,
): Map<string, U> {
  return new Map(byName(record).map(([name, value]) => [name, encode(value)]));
}
