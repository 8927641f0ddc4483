import { describe, expectTypeOf, it } from "vitest";
import type { NumberValue } from "../../../src/framework/decimal.ts";
import type { Identity, IdentitySchema } from "../../../src/framework/identity.ts";
import {
  boolAttribute,
  type Config,
  integerAttribute,
  listNestedAttribute,
  mapNestedAttribute,
  numberAttribute,
  type PartialState,
  type Plan,
  type PriorState,
  type Schema,
  type State,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringListAttribute,
  stringMapAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import type { Unknown } from "../../../src/framework/value.ts";

const schema = {
  attributes: {
    name: stringAttribute({ required: true }),
    note: stringAttribute({ optional: true }),
    id: stringAttribute({ computed: true }),
    size: integerAttribute({ optional: true, computed: true }),
    ratio: numberAttribute({ optional: true }),
    on: boolAttribute({ required: true }),
    words: stringListAttribute({ optional: true }),
    tags: stringMapAttribute({ required: true }),
    one: singleNestedAttribute(
      { a: stringAttribute({ required: true }), b: stringAttribute({ computed: true }) },
      { optional: true },
    ),
    list: listNestedAttribute({ a: stringAttribute({ required: true }) }, { required: true }),
    set: setNestedAttribute({ a: stringAttribute({ optional: true }) }, { computed: true }),
    map: mapNestedAttribute({ a: boolAttribute({ required: true }) }, { required: true }),
    timeouts: timeoutsAttribute("create", "read"),
  },
} satisfies Schema;

type C = Config<typeof schema>;
type P = Plan<typeof schema>;
type S = State<typeof schema>;

describe("the types of a schema's values", () => {
  it("let a configuration be null or unknown anywhere", () => {
    expectTypeOf<C["name"]>().toEqualTypeOf<string | null | Unknown>();
    expectTypeOf<C["id"]>().toEqualTypeOf<string | null | Unknown>();
    expectTypeOf<Extract<C["one"], { a: unknown }>["a"]>().toEqualTypeOf<string | null | Unknown>();
  });

  it("let a plan be unknown only where the provider computes", () => {
    expectTypeOf<P["name"]>().toEqualTypeOf<string>();
    expectTypeOf<P["note"]>().toEqualTypeOf<string | null>();
    expectTypeOf<P["id"]>().toEqualTypeOf<string | null | Unknown>();
    expectTypeOf<P["size"]>().toEqualTypeOf<number | bigint | null | Unknown>();
    expectTypeOf<P["one"]>().toEqualTypeOf<{
      readonly a: string;
      readonly b: string | null | Unknown;
    } | null>();
    expectTypeOf<P["list"]>().toEqualTypeOf<readonly { readonly a: string }[]>();
  });

  it("let a state be null where it is not required, and never unknown", () => {
    expectTypeOf<S["name"]>().toEqualTypeOf<string>();
    expectTypeOf<S["id"]>().toEqualTypeOf<string | null>();
    expectTypeOf<S["ratio"]>().toEqualTypeOf<NumberValue | null>();
    expectTypeOf<S["on"]>().toEqualTypeOf<boolean>();
    expectTypeOf<S["words"]>().toEqualTypeOf<readonly string[] | null>();
    expectTypeOf<S["tags"]>().toEqualTypeOf<ReadonlyMap<string, string>>();
    expectTypeOf<S["one"]>().toEqualTypeOf<{ readonly a: string; readonly b: string | null } | null>();
    expectTypeOf<S["set"]>().toEqualTypeOf<readonly { readonly a: string | null }[] | null>();
    expectTypeOf<S["map"]>().toEqualTypeOf<ReadonlyMap<string, { readonly a: boolean }>>();
    expectTypeOf<S["timeouts"]>().toEqualTypeOf<{
      readonly create: string | null;
      readonly read: string | null;
    } | null>();
  });

  it("let anything be null after an import, and missing in what is saved half-way", () => {
    expectTypeOf<PriorState<typeof schema>["name"]>().toEqualTypeOf<string | null>();
    expectTypeOf<{ id: string }>().toExtend<PartialState<typeof schema>>();
    expectTypeOf<{ id: number }>().not.toExtend<PartialState<typeof schema>>();
  });
});

describe("the types of an identity", () => {
  const identity = {
    attributes: {
      id: stringAttribute({ required: true }),
      region: stringAttribute({ optional: true }),
    },
  } satisfies IdentitySchema;

  it("follow from its schema, and may be null only where an import may leave them out", () => {
    expectTypeOf<Identity<typeof identity>>().toEqualTypeOf<{
      readonly id: string;
      readonly region: string | null;
    }>();
  });
});
