/**
 * Which objects this process has made, and how many creates of a name are still without an answer. A create whose
 * answer was lost is looked for by its name; what another create made, or may be making, is no evidence for it.
 */
export interface CreateLedger {
  /** A create of this name begins; call the returned function once it is known what became of it. */
  begin(name: string): () => void;
  /** How many creates of this name are under way. */
  underWay(name: string): number;
  /** Records that this process made the object. */
  made(id: string): void;
  wasMade(id: string): boolean;
}

export function createLedger(): CreateLedger {
  const counts = new Map<string, number>();
  const ids = new Set<string>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    begin(name) {
      add(name, 1);
      return () => add(name, -1);
    },
    underWay: (name) => counts.get(name) ?? 0,
    made: (id) => ids.add(id),
    wasMade: (id) => ids.has(id),
  };
}
