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
import { type Block, loadSchema } from "../../harness/schema.ts";
import type { CtyType } from "../../harness/type.ts";
import { isUnknown, members, type ObjectValue, UNKNOWN, type Value } from "../../harness/value.ts";

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
      attribute("parts", null, "optional", {
        nesting: NESTING.LIST,
        attributes: [attribute("key", "string", "required"), attribute("serial", "string", "computed")],
      }),
    ],
    [nestedBlock("port", "LIST", block([attribute("number", "number", "required")]))],
  ),
);

/** Answers that replace the well-behaved ones. */
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
  const known = (value: Value, fill: (name: string) => Value): ObjectValue =>
    Object.fromEntries(
      Object.entries(members(value)).map(([name, member]) => [name, isUnknown(member) ? fill(name) : member]),
    );
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
    PlanResourceChange: ({ proposedNewState, priorState, priorPrivate }) => {
      const proposed = decodeValue(thing.type, proposedNewState);
      const prior = decodeValue(thing.type, priorState);
      return {
        plannedState: encodeValue(thing.type, proposed === null ? null : planThing(thing, proposed, prior)),
        requiresReplace: [{ steps: [{ selector: "attributeName", attributeName: "name" }] }],
        plannedPrivate: priorPrivate ?? Buffer.from("planned"),
      };
    },
    ApplyResourceChange: ({ plannedState, plannedPrivate }) => {
      const planned = decodeValue(thing.type, plannedState);
      const made: ObjectValue | null =
        planned === null
          ? null
          : {
              ...known(planned, (name) => `${name}-1`),
              parts: partsOf(planned, (part) => known(part, (name) => `${name}-1`)),
            };
      return { newState: encodeValue(thing.type, made), private: plannedPrivate ?? Buffer.alloc(0) };
    },
    ImportResourceState: ({ typeName, id }) => ({
      importedResources: [
        {
          typeName,
          state: encodeValue(thing.type, {
            ...planThing(thing, nothing(thing), null),
            id,
            note: null,
            name: id,
          }),
          private: Buffer.from("imported"),
        },
      ],
    }),
    ReadDataSource: () => ({
      state: encodeValue(["object", { name: "string", id: "string" }], { name: "n", id: "i" }),
    }),
  };
}

const nothing = (thing: Block): ObjectValue =>
  Object.fromEntries(Object.keys(thing.type[1]).map((name) => [name, name === "port" ? [] : null]));

function partsOf(value: Value, change: (part: Value) => Value): Value {
  const parts = members(value).parts ?? null;
  return Array.isArray(parts) ? (parts as readonly Value[]).map(change) : parts;
}

/** Computed values become unknown when they are new; write-only ones null. */
function planThing(_: Block, proposed: Value, prior: Value): ObjectValue {
  const fresh = members(proposed);
  const made = prior === null ? UNKNOWN : null;
  return {
    ...fresh,
    id: fresh.id ?? made,
    note: fresh.note ?? made,
    secret_wo: null,
    parts: partsOf(proposed, (part) => {
      if (typeof part !== "object") return part;
      return { ...members(part), serial: members(part).serial ?? UNKNOWN };
    }),
  };
}
