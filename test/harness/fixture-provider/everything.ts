import { type Diagnostic, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import type { Path } from "../../../src/framework/path.ts";
import { formatPath } from "../../../src/framework/path.ts";
import { requiresReplace, useStateForUnknown } from "../../../src/framework/plan-modifiers.ts";
import type { Resource } from "../../../src/framework/resource.ts";
import {
  boolAttribute,
  dynamicAttribute,
  integerAttribute,
  listNestedAttribute,
  mapNestedAttribute,
  numberAttribute,
  type Schema,
  type State,
  schemaType,
  setNestedAttribute,
  singleNestedAttribute,
  stringAttribute,
  stringListAttribute,
  stringMapAttribute,
  stringSetAttribute,
  typedAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { BOOL, listOf, NUMBER, objectOf, STRING, tupleOf } from "../../../src/framework/type.ts";
import type { Validator } from "../../../src/framework/validators.ts";
import { isList, isMap, isObject, type ObjectValue, type Value } from "../../../src/framework/value.ts";
import { fillUnknowns } from "./behave.ts";
import type { FixtureClient } from "./client.ts";

/** Refuses the text "bad", with the path at which it stands. */
const notBad: Validator<string> = (value, path) =>
  value === "bad" ? [errorDiagnostic("Bad Text", `${formatPath(path)} must not be bad.`, path)] : [];

const kept = { computed: true, planModifiers: [useStateForUnknown] } as const;

/** What nested attributes and blocks consist of here. */
const element = {
  key: stringAttribute({ required: true, validators: [notBad] }),
  note: stringAttribute({ optional: true, validators: [notBad] }),
  made: stringAttribute(kept),
} as const;

const block = { attributes: element };

/** Every type, every flag and every kind of nesting that a schema can have. */
const everythingSchema = {
  version: 1,
  description: "Holds one of everything.",
  attributes: {
    id: stringAttribute(kept),
    name: stringAttribute({ required: true, validators: [notBad] }),
    text: stringAttribute({ optional: true, validators: [notBad] }),
    flag: boolAttribute({ optional: true }),
    whole: integerAttribute({ optional: true }),
    amount: numberAttribute({ optional: true }),
    words: stringListAttribute({ optional: true, validators: [badElements] }),
    tags: stringSetAttribute({ optional: true }),
    labels: stringMapAttribute({ optional: true, validators: [badElements] }),
    anything: dynamicAttribute({ optional: true }),
    matrix: typedAttribute(listOf(listOf(NUMBER)), { optional: true }),
    point: typedAttribute(objectOf({ x: NUMBER, y: NUMBER }), { optional: true }),
    pair: typedAttribute(tupleOf([STRING, BOOL]), { optional: true }),
    one: singleNestedAttribute(element, { optional: true }),
    many: listNestedAttribute(element, { optional: true }),
    bag: setNestedAttribute(element, { optional: true }),
    by_name: mapNestedAttribute(element, { optional: true }),
    chosen: stringAttribute({ optional: true, ...kept }),
    standard: stringAttribute({ optional: true, computed: true, default: "standard" }),
    revision: stringAttribute({ computed: true }),
    origin: stringAttribute({ optional: true, planModifiers: [requiresReplace] }),
    secret: stringAttribute({ optional: true, sensitive: true }),
    passphrase: stringAttribute({ optional: true, writeOnly: true }),
    old: stringAttribute({ optional: true, deprecated: "Use text instead." }),
    timeouts: timeoutsAttribute("create", "delete"),
  },
  blocks: {
    home: { nature: "block", mode: "single", block },
    port: { nature: "block", mode: "list", block },
    rule: { nature: "block", mode: "set", block },
    zone: { nature: "block", mode: "map", block },
    limits: {
      nature: "block",
      mode: "group",
      block: { attributes: { most: integerAttribute({ optional: true }) } },
    },
  },
} satisfies Schema;

type EverythingState = State<typeof everythingSchema>;

/** `fixture_everything`: becomes what is configured, with values for the rest. */
export const everythingResource: Resource<typeof everythingSchema, FixtureClient> = {
  schema: everythingSchema,
  defaultTimeouts: {},
  async create({ plan }) {
    return realized(plan);
  },
  async read({ state }) {
    return state as EverythingState;
  },
  async update({ plan }) {
    return realized(plan);
  },
  async delete() {},
  import: (id) => ({ id, name: "imported", text: "", chosen: "", secret: "hidden", old: "old" }),
};

/** Everything planned, with values for what is unknown; the type of a plan leaves blocks out, its value does not. */
function realized(plan: object): EverythingState {
  return fillUnknowns(schemaType(everythingSchema), plan as ObjectValue) as unknown as EverythingState;
}

/** Every "bad" inside, each with its own path: a list's index, a map's key. */
function badElements(value: unknown, path: Path): readonly Diagnostic[] {
  const visit = (inner: Value, at: Path): readonly Diagnostic[] => {
    if (typeof inner === "string") return notBad(inner, at);
    if (isList(inner)) return inner.flatMap((item, index) => visit(item, [...at, { index }]));
    if (isMap(inner)) return [...inner].flatMap(([key, item]) => visit(item, [...at, { key }]));
    if (isObject(inner)) {
      return Object.entries(inner).flatMap(([attribute, item]) => visit(item, [...at, { attribute }]));
    }
    return [];
  };
  return visit(value as Value, path);
}
