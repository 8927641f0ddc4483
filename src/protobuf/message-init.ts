/**
 * What `encode` takes for a message of type `T`: every field may be left out, at every depth, and then has its default.
 * A decoded message is a valid one.
 */
export type MessageInit<T> = T extends string | number | bigint | boolean | Uint8Array
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, MessageInit<V>>
    : T extends readonly (infer E)[]
      ? readonly MessageInit<E>[]
      : { readonly [K in keyof T]?: MessageInit<T[K]> | undefined };
