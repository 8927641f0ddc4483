/**
 * Which objects this process has made or manages, and of which names a create request is still without a clear answer. A
 * create whose answer was lost looks for its object by name; what another resource has, or may have made, is no evidence for it.
 */
export interface CreateLedger {
  /**
   * A request for an object of this name goes out. Call the returned function once it is clear what became of it; when
   * that never becomes clear, never: the object may belong to this request, so that no other may take it.
   */
  begin(name: string): () => void;
  /** How many requests for objects of this name may have made one that is not known yet. */
  unclear(name: string): number;
  /** Records that this process made the object. */
  made(id: string): void;
  wasMade(id: string): boolean;
  /** Records that a resource has the object in its state, such as one that was imported. */
  manages(id: string): void;
  /** Whether the object is a resource's, made by this process or not. */
  isManaged(id: string): boolean;
}

export function createLedger(): CreateLedger {
  const counts = new Map<string, number>();
  const made = new Set<string>();
  const managed = new Set<string>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    begin(name) {
      add(name, 1);
      return () => add(name, -1);
    },
    unclear: (name) => counts.get(name) ?? 0,
    made: (id) => made.add(id),
    wasMade: (id) => made.has(id),
    manages: (id) => managed.add(id),
    isManaged: (id) => managed.has(id) || made.has(id),
  };
}
