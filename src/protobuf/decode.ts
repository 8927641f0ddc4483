import { ProtobufError } from "./error.ts";
import { type FieldPlan, LENGTH_DELIMITED, MAX_DEPTH, type MessagePlan, planOf } from "./plan.ts";
import { Reader } from "./reader.ts";
import type { MessageTable } from "./table.ts";

type Message = Record<string, unknown>;

const EMPTY_BYTES = Buffer.alloc(0);

/**
 * The message in the bytes. Scalars without presence have their default when they were not sent; unknown fields are
 * skipped; enums keep numbers that their type does not know. Byte fields are views into `bytes`, not copies.
 * Throws ProtobufError when the bytes are not a message.
 */
export function decode<T>(table: MessageTable<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const plan = planOf(table);
  try {
    return readMessage(reader, plan, createMessage(plan), reader.length, 0) as T;
  } catch (error) {
    if (error instanceof ProtobufError) throw new ProtobufError(`${table.name}: ${error.message}`);
    throw error;
  }
}

/** A message with all its defaults, its properties always in the same order. */
function createMessage(plan: MessagePlan): Message {
  const message: Message = {};
  for (const field of plan.fields) {
    if (field.label === "repeated") message[field.name] = [];
    else if (field.label === "map") message[field.name] = new Map();
    else if (field.label === "singular" && field.type !== "message") message[field.name] = defaultOf(field);
  }
  return message;
}

function defaultOf(field: FieldPlan): unknown {
  switch (field.type) {
    case "string":
      return "";
    case "bytes":
      return EMPTY_BYTES;
    case "bool":
      return false;
    case "int64":
    case "uint64":
      return 0n;
    case "message":
      return createMessage(planOf(field.table as MessageTable));
    default:
      return 0;
  }
}

function readMessage(
  reader: Reader,
  plan: MessagePlan,
  message: Message,
  end: number,
  depth: number,
): Message {
  if (depth > MAX_DEPTH) throw new ProtobufError(`nested deeper than ${MAX_DEPTH} messages`);
  while (reader.position < end) {
    const { number, wireType } = reader.tag();
    const field = plan.byNumber.get(number);
    if (field === undefined) reader.skip(number, wireType, end);
    else readField(reader, field, wireType, message, end, depth);
  }
  // A varint, unlike everything with a length, can run over the end of a nested message.
  if (reader.position > end) throw new ProtobufError("a nested message ends in the middle of a field");
  return message;
}

/** Reads one occurrence of a known field. A wire type that does not fit makes it an unknown field. */
function readField(
  reader: Reader,
  field: FieldPlan,
  wireType: number,
  message: Message,
  end: number,
  depth: number,
): void {
  if (wireType === LENGTH_DELIMITED && field.label === "map") {
    const map = message[field.name] as Map<string, unknown>;
    readMapEntry(reader, field, map, reader.delimited(end), depth);
  } else if (wireType === LENGTH_DELIMITED && field.packed) {
    readPacked(reader, field, message[field.name] as unknown[], reader.delimited(end), depth);
  } else if (wireType !== field.wireType || field.label === "map") {
    reader.skip(field.number, wireType, end);
  } else if (field.label === "repeated") {
    (message[field.name] as unknown[]).push(readValue(reader, field, undefined, end, depth));
  } else {
    message[field.name] = readValue(reader, field, message[field.name], end, depth);
    for (const rival of field.rivals) delete message[rival];
  }
}

function readPacked(reader: Reader, field: FieldPlan, list: unknown[], end: number, depth: number): void {
  while (reader.position < end) list.push(readValue(reader, field, undefined, end, depth));
  if (reader.position > end) throw new ProtobufError("a packed list ends in the middle of a value");
}

function readMapEntry(
  reader: Reader,
  field: FieldPlan,
  map: Map<string, unknown>,
  end: number,
  depth: number,
) {
  let key = "";
  let value: unknown;
  while (reader.position < end) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === LENGTH_DELIMITED) key = reader.string(reader.delimited(end));
    else if (number === 2 && wireType === field.wireType) value = readValue(reader, field, value, end, depth);
    else reader.skip(number, wireType, end);
  }
  if (reader.position > end) throw new ProtobufError("a map entry ends in the middle of a field");
  map.set(key, value ?? defaultOf(field));
}

/** Reads one value. A message that occurs twice is merged into its `previous` occurrence. */
function readValue(reader: Reader, field: FieldPlan, previous: unknown, end: number, depth: number): unknown {
  switch (field.type) {
    case "string":
      return reader.string(reader.delimited(end));
    case "bytes":
      return reader.view(reader.delimited(end));
    case "bool":
      return reader.varint64() !== 0n;
    case "int64":
      return BigInt.asIntN(64, reader.varint64());
    case "uint64":
      return reader.varint64();
    case "uint32":
      return reader.varint32();
    case "int32":
    case "enum":
      return reader.varint32() | 0;
    case "message": {
      const plan = planOf(field.table as MessageTable);
      const message = (previous as Message | undefined) ?? createMessage(plan);
      return readMessage(reader, plan, message, reader.delimited(end), depth + 1);
    }
  }
}
