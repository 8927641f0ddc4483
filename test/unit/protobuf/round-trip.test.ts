import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import * as health from "../../../src/plugin/generated/health.ts";
import * as plugin from "../../../src/plugin/generated/plugin.ts";
import { decode } from "../../../src/protobuf/decode.ts";
import { encode } from "../../../src/protobuf/encode.ts";
import type { FieldTable, MessageTable } from "../../../src/protobuf/table.ts";
import * as tfplugin6 from "../../../src/protocol/generated/tfplugin6.ts";
import { descendants, fullName, loadProto } from "./reflection.ts";

type Message = Record<string, unknown>;

const RUNS_PER_MESSAGE = 25;

const isTable = (value: unknown): value is MessageTable =>
  typeof value === "object" && value !== null && "fields" in value;

/** Random messages as `decode` would return them; a few levels deep. */
function arbitraryMessage(table: MessageTable, depth: number): fc.Arbitrary<Message> {
  const groups = new Map<string, FieldTable[]>();
  const plain: [string, fc.Arbitrary<unknown>][] = [];
  for (const field of table.fields()) {
    const [, name, type, label] = field;
    if (label?.startsWith("oneof ")) groups.set(label, [...(groups.get(label) ?? []), field]);
    else if (typeof type === "string" || depth > 0 || label === "repeated" || label === "map") {
      plain.push([name, arbitraryField(field, depth)]);
    }
  }
  const optional = [...plain].filter(([name]) => isOptional(table, name)).map(([name]) => name);
  const oneofs = [...groups.values()].map((fields) =>
    fc.option(
      fc.oneof(
        ...fields.map((field) => arbitraryValue(field[2], depth).map((value) => ({ [field[1]]: value }))),
      ),
      { nil: {} },
    ),
  );
  const record = fc.record(Object.fromEntries(plain), {
    requiredKeys: plain.map(([name]) => name).filter((name) => !optional.includes(name)),
  });
  return fc.tuple(record, ...oneofs).map((parts) => Object.assign({}, ...parts) as Message);
}

const isOptional = (table: MessageTable, name: string): boolean =>
  table
    .fields()
    .some(
      ([, field, type, label]) =>
        field === name && (label === "optional" || (label === undefined && typeof type !== "string")),
    );

function arbitraryField([, , type, label]: FieldTable, depth: number): fc.Arbitrary<unknown> {
  const value = arbitraryValue(type, depth);
  const maxLength = typeof type !== "string" && depth <= 0 ? 0 : 3;
  if (label === "repeated") return fc.array(value, { maxLength });
  if (label === "map") {
    return fc.array(fc.tuple(fc.string(), value), { maxLength }).map((entries) => new Map(entries));
  }
  return value;
}

function arbitraryValue(type: FieldTable[2], depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return fc.string({ unit: "grapheme" });
    case "bytes":
      return fc.uint8Array().map((bytes) => Buffer.from(bytes));
    case "bool":
      return fc.boolean();
    case "int64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "uint64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "uint32":
      return fc.nat({ max: 0xffffffff });
    case "int32":
      return fc.integer();
    case "enum":
      return fc.nat({ max: 4 });
    default:
      return depth > 0
        ? arbitraryMessage(type, depth - 1)
        : fc.constant(decode<unknown>(type, Buffer.alloc(0)));
  }
}

/** The same message in the shape of protobufjs: its own names, strings for 64 bits, objects for maps, no defaults. */
function toReflection(type: protobuf.Type, table: MessageTable, message: Message): Message {
  const converted: Message = {};
  for (const [number, name, fieldType, label] of table.fields()) {
    const value = message[name];
    const field = type.fieldsById[number];
    if (value === undefined || field === undefined) continue;
    const convert = (item: unknown): unknown => {
      if (typeof fieldType !== "string") {
        if (!(field.resolvedType instanceof protobuf.Type))
          throw new Error(`${field.fullName} is no message`);
        return toReflection(field.resolvedType, fieldType, item as Message);
      }
      return typeof item === "bigint" ? toLong(item) : item;
    };
    if (value instanceof Map) {
      converted[field.name] = Object.fromEntries([...value].map(([key, item]) => [key, convert(item)]));
    } else if (Array.isArray(value)) converted[field.name] = value.map(convert);
    else if (label !== undefined || typeof fieldType !== "string" || !isDefault(value)) {
      converted[field.name] = convert(value);
    }
  }
  return converted;
}

/** protobufjs takes 64 bits as two halves of 32. */
const toLong = (value: bigint) => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: value >= 0n,
});

const isDefault = (value: unknown): boolean => (value instanceof Uint8Array ? value.length === 0 : !value);

/** Objects order keys that look like numbers, and __proto__ is no key there: such maps cannot be compared by bytes. */
const hasPlainKeys = (message: unknown): boolean => {
  if (message instanceof Map) {
    return [...message].every(
      ([key, value]) => /^(?!\d+$)(?!__proto__$)/.test(String(key)) && hasPlainKeys(value),
    );
  }
  if (typeof message !== "object" || message === null || message instanceof Uint8Array) return true;
  return Object.values(message).every(hasPlainKeys);
};

const modules: { file: string; packageName: string; tables: MessageTable[] }[] = [
  {
    file: "tfplugin6.proto",
    packageName: "tfplugin6",
    tables: Object.values<unknown>(tfplugin6).filter(isTable),
  },
  { file: "plugin.proto", packageName: "plugin", tables: Object.values<unknown>(plugin).filter(isTable) },
  {
    file: "health.proto",
    packageName: "grpc.health.v1",
    tables: Object.values<unknown>(health).filter(isTable),
  },
];

describe.each(modules)("the messages of $file", ({ file, packageName, tables }) => {
  const reflection = loadProto(file);

  it("all have a table, but for those that only contain others", () => {
    const namespace = reflection.lookup(packageName);
    if (!(namespace instanceof protobuf.Namespace)) throw new Error(`no package ${packageName}`);
    const expected = descendants(namespace, protobuf.Type)
      .filter((type) => type.fieldsArray.length > 0 || type.nestedArray.length === 0)
      .map(fullName);
    const names = tables.map((table) => table.name);
    expect(names.filter((name) => !name.startsWith("google.")).toSorted()).toEqual(expected.toSorted());
  });

  it.each(tables.map((table) => ({ name: table.name, table })))(
    "$name round-trips, and is byte for byte what protobufjs writes",
    ({ table }) => {
      const type = reflection.lookupType(table.name);
      fc.assert(
        fc.property(arbitraryMessage(table, 2), (message) => {
          const encoded = encode(table, message);
          expect(decode(table, encoded)).toEqual(message);
          fc.pre(hasPlainKeys(message));
          expect(encoded.equals(type.encode(toReflection(type, table, message)).finish())).toBe(true);
        }),
        { numRuns: RUNS_PER_MESSAGE },
      );
    },
  );

  it.each(tables.map((table) => ({ name: table.name, table })))(
    "$name never breaks on random bytes other than with its own error",
    ({ table }) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
          try {
            decode(table, bytes);
          } catch (error) {
            expect(error).toMatchObject({ name: "ProtobufError" });
          }
        }),
        { numRuns: RUNS_PER_MESSAGE },
      );
    },
  );
});
