import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import {
  type AttributeMessage,
  type BlockMessage,
  type Diagnostic,
  NESTING,
  type RpcName,
  type Rpcs,
  type SchemaMessage,
} from "../../harness/messages.ts";
import type { ProviderCaller } from "../../harness/provider-client.ts";
import { type Attribute, type Block, emptyBlock, loadSchema } from "../../harness/schema.ts";
import type { CtyType } from "../../harness/type.ts";
import { elements, isUnknown, members, type ObjectValue, UNKNOWN, type Value } from "../../harness/value.ts";

/** One attribute of a schema message; a string of flags, "optional computed" for one, says what it is. */
export function attribute(
  name: string,
  type: CtyType | null,
  flags: string,
  nested: AttributeMessage["nestedType"] = null,
) {
  const has = (flag: string): boolean => flags.split(" ").includes(flag);
  return {
    name,
    type: type === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(type)),
    nestedType: nested,
    description: "",
    descriptionKind: 0,
    required: has("required"),
    optional: has("optional"),
    computed: has("computed"),
    sensitive: has("sensitive"),
    deprecated: false,
    writeOnly: has("write-only"),
    deprecationMessage: "",
  } satisfies AttributeMessage;
}

/** A block message. */
export const block = (
  attributes: readonly AttributeMessage[],
  blockTypes: BlockMessage["blockTypes"] = [],
): BlockMessage => ({
  attributes,
  blockTypes,
  description: "",
  descriptionKind: 0,
  deprecated: false,
  computed: false,
});

/** A schema message of version 0. */
export const schema = (message: BlockMessage): SchemaMessage => ({ version: "0", block: message });

/** A nested block message. */
export const nestedBlock = (typeName: string, nesting: keyof typeof NESTING, inner: BlockMessage) => ({
  typeName,
  block: inner,
  nesting: NESTING[nesting],
  minItems: "0",
  maxItems: "0",
});

const PART = [attribute("key", "string", "required"), attribute("serial", "string", "computed")];

/** A resource with an attribute or block of every kind that Terraform's rules treat in their own way. */
export const THING = schema(
  block(
    [
      attribute("id", "string", "computed"),
      attribute("name", "string", "required"),
      attribute("size", "number", "optional"),
      attribute("note", "string", "optional computed"),
      attribute("password", "string", "optional sensitive"),
      attribute("secret_wo", "string", "optional write-only"),
      attribute("tags", ["map", "string"], "optional"),
      attribute("labels", ["set", "string"], "optional"),
      attribute("parts", null, "optional", { nesting: NESTING.LIST, attributes: PART }),
      attribute("rules", null, "optional", { nesting: NESTING.SET, attributes: PART }),
      attribute("by_name", null, "optional", { nesting: NESTING.MAP, attributes: PART }),
      attribute("origin", null, "optional computed", {
        nesting: NESTING.SINGLE,
        attributes: [attribute("zone", "string", "optional"), attribute("serial", "string", "computed")],
      }),
    ],
    [nestedBlock("port", "LIST", block([attribute("number", "number", "required")]))],
  ),
);

/** Responses that replace the well-behaved ones. */
export type Answers = { [Name in RpcName]?: (request: Rpcs[Name]["request"]) => object | Promise<object> };

/** An error diagnostic. */
export const problem = (summary: string, detail = "", path: string | null = null): Diagnostic => ({
  severity: 1,
  summary,
  detail,
  attribute: path === null ? null : { steps: [{ selector: "attributeName", attributeName: path }] },
});

/**
 * A provider in memory with one resource, `standin_thing`, that keeps every rule, except where `answers` say otherwise. It records the
 * calls in `calls`.
 */
export function createScriptedProvider(answers: Answers = {}): ProviderCaller & {
  readonly calls: ReadonlyArray<{ readonly rpc: RpcName; readonly request: object }>;
} {
  const calls: Array<{ rpc: RpcName; request: object }> = [];
  const own = wellBehaved();
  return {
    calls,
    async call(rpc, request) {
      calls.push({ rpc, request });
      const answer = answers[rpc] ?? own[rpc];
      if (answer === undefined) throw Object.assign(new Error("unimplemented"), { code: 12, details: rpc });
      return { diagnostics: [], ...(await answer(request)) } as unknown as Rpcs[typeof rpc]["response"];
    },
  };
}

function wellBehaved(): Answers {
  const { block: thing } = loadSchema(THING, "standin_thing");
  return {
    GetProviderSchema: () => ({
      provider: schema(block([attribute("token", "string", "optional sensitive")])),
      resourceSchemas: { standin_thing: THING },
      dataSourceSchemas: {
        standin_thing: schema(
          block([attribute("name", "string", "required"), attribute("id", "string", "computed")]),
        ),
      },
      serverCapabilities: { planDestroy: true, getProviderSchemaOptional: true },
    }),
    ValidateProviderConfig: () => ({}),
    ConfigureProvider: () => ({}),
    ValidateResourceConfig: () => ({}),
    ValidateDataResourceConfig: () => ({}),
    StopProvider: () => ({ Error: "" }),
    UpgradeResourceState: ({ rawState }) => ({
      upgradedState: encodeValue(
        thing.type,
        JSON.parse(Buffer.from(rawState?.json ?? []).toString()) as ObjectValue,
      ),
    }),
    ReadResource: ({ currentState, private: data }) => ({
      newState: currentState,
      private: data ?? Buffer.alloc(0),
    }),
    PlanResourceChange: ({ proposedNewState, priorPrivate }) => {
      const proposed = decodeValue(thing.type, proposedNewState);
      return {
        plannedState: encodeValue(thing.type, proposed === null ? null : changed(thing, proposed, planned)),
        requiresReplace: [{ steps: [{ selector: "attributeName", attributeName: "name" }] }],
        plannedPrivate: priorPrivate ?? Buffer.from("planned"),
      };
    },
    ApplyResourceChange: ({ plannedState, plannedPrivate }) => {
      const plan = decodeValue(thing.type, plannedState);
      return {
        newState: encodeValue(thing.type, plan === null ? null : changed(thing, plan, made)),
        private: plannedPrivate ?? Buffer.alloc(0),
      };
    },
    ImportResourceState: ({ typeName, id }) => ({
      importedResources: [
        {
          typeName,
          state: encodeValue(thing.type, { ...emptyBlock(thing), id, name: id }),
          private: Buffer.from("imported"),
        },
      ],
    }),
    ReadDataSource: () => ({
      state: encodeValue(["object", { name: "string", id: "string" }], { name: "n", id: "i" }),
    }),
  };
}

type Change = (attribute: Attribute, value: Value) => Value;

/** Computed values that are missing become unknown; write-only ones null. */
const planned: Change = ({ writeOnly, computed }, value) => {
  if (writeOnly) return null;
  return computed && value === null ? UNKNOWN : value;
};

/** Unknown values become known. */
const made: Change = ({ name, nested }, value) => {
  if (!isUnknown(value)) return value;
  if (nested === null) return `${name}-1`;
  return Object.fromEntries(
    [...nested.attributes].map(([key, { computed }]) => [key, computed ? `${key}-1` : null]),
  );
};

/** An object of the block with every attribute changed, nested ones inside. */
function changed(thing: Block, value: Value, change: Change): ObjectValue {
  return { ...members(value), ...changedAttributes(thing.attributes, members(value), change) };
}

function changedAttributes(
  attributes: ReadonlyMap<string, Attribute>,
  value: ObjectValue,
  change: Change,
): ObjectValue {
  const result: Record<string, Value> = {};
  for (const [name, attribute] of attributes) {
    const { nested } = attribute;
    const given = value[name] ?? null;
    const inner = (element: Value): Value =>
      nested === null || isUnknown(element)
        ? element
        : changedAttributes(nested.attributes, members(element), change);
    if (nested === null || given === null || isUnknown(given)) result[name] = change(attribute, given);
    else if (nested.nesting === "single") result[name] = inner(given);
    else if (nested.nesting === "map") {
      result[name] = Object.fromEntries(
        Object.entries(members(given)).map(([key, element]) => [key, inner(element)]),
      );
    } else result[name] = elements(given).map(inner);
  }
  return result;
}
