import { ProtobufError } from "./error.ts";
import type { MessageInit } from "./message-init.ts";
import { type FieldPlan, LENGTH_DELIMITED, MAX_DEPTH, type MessagePlan, planOf } from "./plan.ts";
import type { MessageTable } from "./table.ts";
import { BackwardWriter } from "./writer.ts";

/**
 * The bytes of a message: fields in the order of their numbers, defaults left out, oneof members always present,
 * map entries in the map's order. Throws ProtobufError when a value does not fit its field.
 */
export function encode<T>(table: MessageTable<T>, message: MessageInit<T>): Buffer {
  const writer = new BackwardWriter();
  writeMessage(writer, planOf(table), message, 0);
  return writer.finish();
}

function writeMessage(writer: BackwardWriter, plan: MessagePlan, message: unknown, depth: number): void {
  if (typeof message !== "object" || message === null) {
    throw new ProtobufError(`${plan.name}: expected an object, got ${describe(message)}`);
  }
  if (depth > MAX_DEPTH) throw new ProtobufError(`${plan.name}: nested deeper than ${MAX_DEPTH} messages`);
  const values = message as Readonly<Record<string, unknown>>;
  for (const members of plan.oneofs) {
    const present = members.filter((member) => values[member] !== undefined);
    if (present.length > 1) {
      throw new ProtobufError(`${plan.name}: only one of ${present.join(", ")} may be set`);
    }
  }
  for (let index = plan.fields.length - 1; index >= 0; index--) {
    const field = plan.fields[index] as FieldPlan;
    const value = values[field.name];
    if (value === undefined) continue;
    switch (field.label) {
      case "singular":
        if (isDefault(field, value)) checkType(plan, field, value);
        else writeField(writer, plan, field, value, depth);
        break;
      case "optional":
      case "oneof":
        writeField(writer, plan, field, value, depth);
        break;
      case "repeated":
        writeRepeated(writer, plan, field, value, depth);
        break;
      case "map":
        writeMap(writer, plan, field, value, depth);
        break;
    }
  }
}

function writeRepeated(
  writer: BackwardWriter,
  plan: MessagePlan,
  field: FieldPlan,
  value: unknown,
  depth: number,
) {
  if (!Array.isArray(value)) throw mismatch(plan, field, "an array", value);
  if (value.length === 0) return;
  const before = writer.length;
  for (let index = value.length - 1; index >= 0; index--) {
    if (field.packed) writeValue(writer, plan, field, value[index], depth);
    else writeField(writer, plan, field, value[index], depth);
  }
  if (field.packed) {
    writer.varint(writer.length - before);
    writeTag(writer, field.number, LENGTH_DELIMITED);
  }
}

/** A map is a repeated message of a key (field 1) and a value (field 2), of which both are always sent. */
function writeMap(
  writer: BackwardWriter,
  plan: MessagePlan,
  field: FieldPlan,
  value: unknown,
  depth: number,
) {
  if (!(value instanceof Map)) throw mismatch(plan, field, "a Map", value);
  for (const [key, entry] of [...value].reverse()) {
    if (typeof key !== "string") throw mismatch(plan, field, "string keys", key);
    const before = writer.length;
    writeValue(writer, plan, field, entry, depth);
    writeTag(writer, 2, field.wireType);
    const beforeKey = writer.length;
    writer.string(key);
    writer.varint(writer.length - beforeKey);
    writeTag(writer, 1, LENGTH_DELIMITED);
    writer.varint(writer.length - before);
    writeTag(writer, field.number, LENGTH_DELIMITED);
  }
}

function writeField(
  writer: BackwardWriter,
  plan: MessagePlan,
  field: FieldPlan,
  value: unknown,
  depth: number,
) {
  writeValue(writer, plan, field, value, depth);
  writeTag(writer, field.number, field.wireType);
}

function writeTag(writer: BackwardWriter, number: number, wireType: number): void {
  writer.varint(number * 8 + wireType);
}

/** Writes one value with its length, where it has one, but without a tag. */
function writeValue(
  writer: BackwardWriter,
  plan: MessagePlan,
  field: FieldPlan,
  value: unknown,
  depth: number,
) {
  const before = writer.length;
  if (field.table !== undefined) {
    writeMessage(writer, planOf(field.table), value, depth + 1);
    writer.varint(writer.length - before);
    return;
  }
  checkType(plan, field, value);
  if (typeof value === "string") {
    writer.string(value);
    writer.varint(writer.length - before);
  } else if (value instanceof Uint8Array) {
    writer.bytes(value);
    writer.varint(writer.length - before);
  } else if (typeof value === "bigint") writer.varint64(value);
  else if (typeof value === "boolean") writer.varint(value ? 1 : 0);
  else if (typeof value === "number") {
    if (value < 0) writer.varint64(BigInt(value));
    else writer.varint(value);
  }
}

function isDefault(field: FieldPlan, value: unknown): boolean {
  if (field.table !== undefined) return false;
  if (value instanceof Uint8Array) return value.length === 0;
  return value === "" || value === 0 || value === 0n || value === false;
}

/** Throws unless the value has the JavaScript type and the range of the field's scalar type. */
function checkType(plan: MessagePlan, field: FieldPlan, value: unknown): void {
  switch (field.type) {
    case "string":
      if (typeof value !== "string") throw mismatch(plan, field, "a string", value);
      return;
    case "bytes":
      if (!(value instanceof Uint8Array)) throw mismatch(plan, field, "a Uint8Array", value);
      return;
    case "bool":
      if (typeof value !== "boolean") throw mismatch(plan, field, "a boolean", value);
      return;
    case "int64":
      if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) {
        throw mismatch(plan, field, "a bigint of 64 bits", value);
      }
      return;
    case "uint64":
      if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) {
        throw mismatch(plan, field, "an unsigned bigint of 64 bits", value);
      }
      return;
    case "uint32":
      if (typeof value !== "number" || value >>> 0 !== value) {
        throw mismatch(plan, field, "an unsigned integer of 32 bits", value);
      }
      return;
    case "int32":
    case "enum":
      if (typeof value !== "number" || (value | 0) !== value) {
        throw mismatch(plan, field, "an integer of 32 bits", value);
      }
  }
}

function mismatch(plan: MessagePlan, field: FieldPlan, expected: string, value: unknown): ProtobufError {
  return new ProtobufError(`${plan.name}.${field.name}: expected ${expected}, got ${describe(value)}`);
}

/** Names a value's kind; its content may be a secret and numbers alone are telling. */
function describe(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return `${typeof value} ${value}`;
  return value === null ? "null" : typeof value;
}
