import { describe, expect, it } from "vitest";
import {
  boolAttribute,
  dynamicAttribute,
  listNestedAttribute,
  mapNestedAttribute,
  type Schema,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringListAttribute,
  typedAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { objectOf, STRING } from "../../../src/framework/type.ts";
import { decode } from "../../../src/protobuf/decode.ts";
import { encode } from "../../../src/protobuf/encode.ts";
import { schemaAttributeTable, schemaTable } from "../../../src/protocol/generated/tfplugin6.ts";
import { encodeSchema } from "../../../src/protocol/schema.ts";

const onTheWire = (schema: Schema) => decode(schemaTable, encode(schemaTable, encodeSchema(schema)));

/** The same attribute without anything that only people read. */
function bare(attribute: object): object {
  return Object.fromEntries(
    Object.entries(attribute)
      .filter(([name]) => name !== "description")
      .map(([name, value]) => [
        name,
        name === "nestedType" ? { ...value, attributes: value.attributes.map(bare) } : value,
      ]),
  );
}

describe("a schema on the wire", () => {
  it("has timeouts as the official framework has them, byte for byte", () => {
    const [timeouts] =
      encodeSchema({ attributes: { timeouts: timeoutsAttribute("delete", "create") } }).block?.attributes ??
      [];
    expect(timeouts).toBeDefined();
    const bytes = encode(schemaAttributeTable, bare(timeouts ?? {}));
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "0a0874696d656f7574732801522e0a140a06637265617465120822737472696e672228010a140a0664656c657465120822737472696e672228011801",
    );
  });

  it("says of each attribute what it is and how it may be set", () => {
    const { block } = onTheWire({
      attributes: {
        d: dynamicAttribute({ optional: true }),
        c: boolAttribute({ optional: true, computed: true, deprecated: "Use d." }),
        b: stringListAttribute({ computed: true, sensitive: true }),
        a: stringAttribute({ required: true, description: "What a is." }),
        w: stringAttribute({ optional: true, writeOnly: true }),
        o: typedAttribute(objectOf({ y: STRING, x: STRING }), { optional: true }),
      },
    });
    const seen = block?.attributes.map((attribute) => {
      const flags = (
        ["required", "optional", "computed", "sensitive", "writeOnly", "deprecated"] as const
      ).filter((flag) => attribute[flag]);
      return [attribute.name, Buffer.from(attribute.type).toString(), flags.join(" ")];
    });
    expect(seen).toEqual([
      ["a", '"string"', "required"],
      ["b", '["list","string"]', "computed sensitive"],
      ["c", '"bool"', "optional computed deprecated"],
      ["d", '"dynamic"', "optional"],
      ["o", '["object",{"x":"string","y":"string"}]', "optional"],
      ["w", '"string"', "optional writeOnly"],
    ]);
    expect(block?.attributes[0]?.description).toBe("What a is.");
    expect(block?.attributes[2]?.deprecationMessage).toBe("Use d.");
  });

  it("has either a type or nested attributes, with their nesting", () => {
    const member = { z: stringAttribute({ optional: true }), y: stringAttribute({ optional: true }) };
    const { block } = onTheWire({
      attributes: {
        a: singleNestedAttribute(member, { optional: true }),
        b: listNestedAttribute(member, { optional: true }),
        c: setNestedAttribute(member, { optional: true }),
        d: mapNestedAttribute(member, { optional: true }),
      },
    });
    expect(
      block?.attributes.map(({ type, nestedType }) => [
        type.length,
        nestedType?.nesting,
        nestedType?.attributes.map(({ name }) => name),
      ]),
    ).toEqual([1, 2, 3, 4].map((nesting) => [0, nesting, ["y", "z"]]));
  });

  it("has its blocks sorted, with nesting and counts", () => {
    const inner = { attributes: { a: stringAttribute({ optional: true }) } };
    const modes = ["single", "list", "set", "map", "group"] as const;
    const blocks = Object.fromEntries(
      modes.map((mode) => [
        mode,
        {
          nature: "block" as const,
          mode,
          block: inner,
          ...(mode === "list" && { minItems: 1, maxItems: 3 }),
        },
      ]),
    );
    const { block } = onTheWire({ attributes: {}, blocks });
    expect(
      block?.blockTypes.map(({ typeName, nesting, minItems, maxItems }) => [
        typeName,
        nesting,
        minItems,
        maxItems,
      ]),
    ).toEqual([
      ["group", 5, 0n, 0n],
      ["list", 2, 1n, 3n],
      ["map", 4, 0n, 0n],
      ["set", 3, 0n, 0n],
      ["single", 1, 0n, 0n],
    ]);
    expect(block?.blockTypes.every((nested) => nested.block?.attributes.length === 1)).toBe(true);
  });

  it("has a block even when it is empty, and keeps a large version", () => {
    const { block, version } = onTheWire({
      attributes: {},
      version: Number.MAX_SAFE_INTEGER,
      description: "D.",
      deprecated: "Gone.",
    });
    expect(block).toMatchObject({ attributes: [], blockTypes: [], description: "D.", deprecated: true });
    expect(version).toBe(9007199254740991n);
  });

  it("is the same bytes whatever order it is written in", () => {
    const [a, b] = [stringAttribute({ required: true }), boolAttribute({ optional: true })];
    const bytes = [
      { a, b },
      { b, a },
    ].map((attributes) => Buffer.from(encode(schemaTable, encodeSchema({ attributes }))).toString("hex"));
    expect(bytes[0]).toBe(bytes[1]);
  });
});
