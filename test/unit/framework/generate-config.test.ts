import { expect, it } from "vitest";
import { generateConfig } from "../../../src/framework/generate-config.ts";
import {
  listNestedAttribute,
  type Schema,
  singleNestedAttribute,
  stringAttribute,
} from "../../../src/framework/schema.ts";

const element = {
  key: stringAttribute({ required: true }),
  note: stringAttribute({ optional: true }),
  made: stringAttribute({ computed: true }),
};

const schema = {
  attributes: {
    id: stringAttribute({ optional: true, computed: true }),
    name: stringAttribute({ required: true }),
    empty: stringAttribute({ optional: true }),
    text: stringAttribute({ optional: true, computed: true }),
    made: stringAttribute({ computed: true }),
    secret: stringAttribute({ optional: true, sensitive: true }),
    passphrase: stringAttribute({ optional: true, writeOnly: true }),
    old: stringAttribute({ optional: true, deprecated: "Use text." }),
    parts: listNestedAttribute(element, { optional: true }),
    facts: singleNestedAttribute(element, { computed: true }),
  },
  blocks: { port: { nature: "block", mode: "list", block: { attributes: element } } },
} satisfies Schema;

const inner = { key: "", note: "", made: "m" };

it("writes what can be configured, at every depth, and nothing else", () => {
  const state = {
    id: "i",
    name: "",
    empty: "",
    text: "t",
    made: "m",
    secret: "s",
    passphrase: "p",
    old: "o",
    parts: [inner],
    facts: inner,
    port: [{ ...inner, note: "kept" }],
  };
  expect(generateConfig(schema, state)).toEqual({
    id: null,
    // A required attribute may well be empty.
    name: "",
    empty: null,
    text: "t",
    made: null,
    // Terraform writes a placeholder for it.
    secret: "s",
    passphrase: null,
    old: null,
    parts: [{ key: "", note: null, made: null }],
    facts: null,
    port: [{ key: "", note: "kept", made: null }],
  });
});

it("keeps an id that has to be configured", () => {
  const attributes = { id: stringAttribute({ required: true }) };
  expect(generateConfig({ attributes }, { id: "i" })).toEqual({ id: "i" });
});
