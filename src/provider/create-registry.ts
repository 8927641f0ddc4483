/** The types of objects that this process creates. */
type ObjectType = "image";

/**
 * Which objects this process has created, manages or has deleted, and of which names a create request is still without a clear outcome. A
 * create whose response was lost looks for its object by name; what another resource has, or may have created, is not it.
 */
export interface CreateRegistry {
  /**
   * A request for an object of this name goes out. Call the returned function once its outcome is clear. While that is never
   * clear, never: the object may belong to this request, so that no other may adopt it.
   */
  begin(type: ObjectType, name: string): () => void;
  /** How many requests for objects of this name may have created one that is not known yet. */
  unsettled(type: ObjectType, name: string): number;
  /** Records that this process created the object. */
  created(type: ObjectType, id: string): void;
  wasCreated(type: ObjectType, id: string): boolean;
  /** Records that a resource has the object in its state, such as one that is being imported. */
  manages(type: ObjectType, id: string): void;
  /** Whether a resource has the object, created by this process or not. */
  isManaged(type: ObjectType, id: string): boolean;
  /** Records that this process deleted an object of this name. */
  deleted(type: ObjectType, name: string): void;
  wasDeleted(type: ObjectType, name: string): boolean;
}

/** @param onManaged is given each object that a resource has */
export function createCreateRegistry(onManaged: (id: string) => void = () => {}): CreateRegistry {
  const counts = new Map<string, number>();
  const created = new Set<string>();
  const managed = new Set<string>();
  const deleted = new Set<string>();
  const named = (type: ObjectType, name: string) => `${type} ${name}`;
  const identified = (type: ObjectType, id: string) => `${type} ${id.toLowerCase()}`;
  const add = (key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count);
  return {
    begin(type, name) {
      const key = named(type, name);
      add(key, 1);
      return () => add(key, -1);
    },
    unsettled: (type, name) => counts.get(named(type, name)) ?? 0,
    created: (type, id) => created.add(identified(type, id)),
    wasCreated: (type, id) => created.has(identified(type, id)),
    manages(type, id) {
      managed.add(identified(type, id));
      onManaged(id);
    },
    deleted: (type, name) => deleted.add(named(type, name)),
    wasDeleted: (type, name) => deleted.has(named(type, name)),
    isManaged: (type, id) => managed.has(identified(type, id)) || created.has(identified(type, id)),
  };
}
