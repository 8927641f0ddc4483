/** Protobuf types whose values are not messages. `int64` and `uint64` are bigints, `bytes` a Uint8Array, `enum` a number. */
export type ScalarType = "string" | "bytes" | "bool" | "int32" | "uint32" | "int64" | "uint64" | "enum";

/**
 * How often a field occurs and how its absence shows. Without a label it is singular: a scalar's default is not sent,
 * and a missing message is `undefined`. "map" means map<string, type>. "oneof x" names the group of which one is set.
 */
export type FieldLabel = "optional" | "repeated" | "map" | `oneof ${string}`;

/** One field: its number, its property's name, its type (a message's own table for messages), and its label. */
export type FieldTable = readonly [
  number: number,
  name: string,
  type: ScalarType | MessageTable,
  label?: FieldLabel,
];

/**
 * One message type as data. The fields come from a function, because messages may contain themselves and because
 * a message that is never sent should cost nothing. `T` is what `decode` makes of it.
 */
export interface MessageTable<T = unknown> {
  /** The full protobuf name, for error messages. */
  readonly name: string;
  readonly fields: () => readonly FieldTable[];
  /** Never present: carries the message's type to the compiler. */
  readonly message?: T;
}

/** One RPC: what goes in, what comes out, and which of the two is a stream. */
export interface MethodTable {
  readonly request: MessageTable;
  readonly response: MessageTable;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** One service: its full protobuf name and its RPCs, by their protobuf names. */
export interface ServiceTable {
  readonly name: string;
  readonly methods: Readonly<Record<string, MethodTable>>;
}
