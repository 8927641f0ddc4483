import type { FieldLabel, MessageTable, ScalarType } from "./table.ts";

/** Wire types: how a field's bytes are delimited. Groups (3 and 4) are obsolete and only ever skipped. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** How deep messages may be nested, both ways; far above any schema, far below the stack's end. */
export const MAX_DEPTH = 100;

/** A field, prepared for encoding and decoding. */
export interface FieldPlan {
  readonly number: number;
  readonly name: string;
  readonly type: ScalarType | "message";
  /** The message's table; present exactly for type "message". */
  readonly table: MessageTable | undefined;
  readonly label: "singular" | "optional" | "repeated" | "map" | "oneof";
  /** The wire type of one value. */
  readonly wireType: number;
  /** Whether a repeated field is sent as one run of bytes, proto3's way for numbers. */
  readonly packed: boolean;
  /** The other members of the field's oneof. */
  readonly rivals: readonly string[];
}

/** A message type, prepared for encoding and decoding. */
export interface MessagePlan {
  readonly name: string;
  /** In the order of the numbers, which is the order on the wire. */
  readonly fields: readonly FieldPlan[];
  readonly byNumber: ReadonlyMap<number, FieldPlan>;
  /** Member names of each oneof. */
  readonly oneofs: readonly (readonly string[])[];
}

const plans = new WeakMap<MessageTable, MessagePlan>();

/** The plan of a table: built when the first message of the type passes, then kept. */
export function planOf(table: MessageTable): MessagePlan {
  let plan = plans.get(table);
  if (plan === undefined) {
    plan = createPlan(table);
    plans.set(table, plan);
  }
  return plan;
}

function createPlan(table: MessageTable): MessagePlan {
  const oneofs = new Map<string, string[]>();
  for (const [, name, , label] of table.fields()) {
    if (!isOneof(label)) continue;
    const members = oneofs.get(label) ?? [];
    oneofs.set(label, [...members, name]);
  }
  const fields = table
    .fields()
    .map(([number, name, type, label]): FieldPlan => {
      const scalar = typeof type === "string" ? type : "message";
      const lengthDelimited = scalar === "string" || scalar === "bytes" || scalar === "message";
      const members = isOneof(label) ? oneofs.get(label) : undefined;
      return {
        number,
        name,
        type: scalar,
        table: typeof type === "string" ? undefined : type,
        label: label === undefined ? "singular" : isOneof(label) ? "oneof" : label,
        wireType: lengthDelimited ? LENGTH_DELIMITED : VARINT,
        packed: label === "repeated" && !lengthDelimited,
        rivals: members?.filter((member) => member !== name) ?? [],
      };
    })
    .sort((a, b) => a.number - b.number);
  return {
    name: table.name,
    fields,
    byNumber: new Map(fields.map((field) => [field.number, field])),
    oneofs: [...oneofs.values()],
  };
}

function isOneof(label: FieldLabel | undefined): label is `oneof ${string}` {
  return label?.startsWith("oneof ") ?? false;
}
