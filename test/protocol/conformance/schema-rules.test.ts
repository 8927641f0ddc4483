import { describe, expect, it } from "vitest";
import { checkProvider } from "../../../src/framework/check-schema.ts";
import type { Provider } from "../../../src/framework/provider.ts";
import {
  dynamicAttribute,
  type Schema,
  setNestedAttribute,
  stringAttribute,
} from "../../../src/framework/schema.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";
import { createFixtureProvider } from "../../harness/fixture-provider/provider.ts";

const optional = stringAttribute({ optional: true });
const block = (mode: "single" | "set", attributes: Schema["attributes"], items = {}) => ({
  attributes: {},
  blocks: { part: { nature: "block" as const, mode, block: { attributes }, ...items } },
});

/** The fixture provider with one more resource, of this schema. */
function withSchema(schema: Schema): Provider<never> {
  const provider = createFixtureProvider({});
  const { fixture_plain } = provider.resources;
  return {
    ...provider,
    resources: { ...provider.resources, fixture_odd: { ...fixture_plain, schema } },
  } as unknown as Provider<never>;
}

describe("a schema", () => {
  it("SC-03 of ours is valid", () => {
    checkProvider(createKakaoCloudProvider("0.0.0", {}));
    checkProvider(createFixtureProvider({}));
  });

  it.each<[string, Schema, string]>([
    [
      "an attribute that nobody sets",
      { attributes: { part: stringAttribute({}) } },
      "required, optional or computed",
    ],
    [
      "required and optional",
      { attributes: { part: stringAttribute({ required: true, optional: true }) } },
      "both",
    ],
    [
      "required and computed",
      { attributes: { part: stringAttribute({ required: true, computed: true }) } },
      "both",
    ],
    [
      "write-only and computed",
      { attributes: { part: stringAttribute({ computed: true, writeOnly: true }) } },
      "both",
    ],
    [
      "a default of what is only optional",
      { attributes: { part: { ...optional, default: "x" } } },
      "default",
    ],
    ["a reserved name", { attributes: { count: optional } }, "count is reserved"],
    ["an upper-case name", { attributes: { Part: optional } }, "Part"],
    [
      "one name for an attribute and a block",
      { ...block("set", {}), attributes: { part: optional } },
      "both",
    ],
    ["a single block of 0 to 1", block("single", {}, { minItems: 0, maxItems: 1 }), "single block"],
    ["a set of dynamic values", block("set", { x: dynamicAttribute({ optional: true }) }), "dynamic"],
    [
      "a set of write-only values",
      {
        attributes: {
          part: setNestedAttribute(
            { x: stringAttribute({ optional: true, writeOnly: true }) },
            { optional: true },
          ),
        },
      },
      "write-only",
    ],
  ])("SC-03 is refused for %s, by name", (_title, schema, problem) => {
    const check = () => checkProvider(withSchema(schema));
    expect(check).toThrow("fixture_odd");
    expect(check).toThrow(problem);
    expect(check).toThrow(/part|Part|count/);
  });
});
