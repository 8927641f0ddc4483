import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import type { DynamicValueMessage, Rpcs } from "../../harness/messages.ts";
import { loadSchema } from "../../harness/schema.ts";
import { members, type ObjectValue, UNKNOWN, type Value } from "../../harness/value.ts";
import { type Answers, createScriptedProvider, THING } from "./scripted-provider.ts";

const { type } = loadSchema(THING, "standin_thing").block;
const decode = (message: DynamicValueMessage | null): ObjectValue => members(decodeValue(type, message));

/** The configuration that the cases below start from. */
export const CONFIG: ObjectValue = {
  name: "a",
  tags: { k: "v" },
  parts: [{ key: "x" }],
  port: [{ number: 80 }],
  secret_wo: "s",
};

/** The same as HCL, with a resource for each fault. */
export const faultyConfig = (faults: readonly string[]): string =>
  faults
    .map(
      (fault, index) => `resource "standin_thing" "a${index}" {
  note      = "${fault}"
  name      = "a"
  tags      = { k = "v" }
  parts     = [{ key = "x" }]
  secret_wo = "s"
  port {
    number = 80
  }
}
`,
    )
    .join("\n");

/** What can be wrong with a plan of CONFIG: what it is, how the plan is changed, and what Terraform says of it. */
export const INVALID_PLANS: ReadonlyArray<readonly [string, (planned: ObjectValue) => Value, string]> = [
  [
    "a changed value",
    (p) => ({ ...p, name: "b" }),
    '.name: planned value cty.StringVal("b") does not match config value cty.StringVal("a")',
  ],
  [
    "a known value planned as unknown",
    (p) => ({ ...p, name: UNKNOWN }),
    ".name: planned value cty.UnknownVal(cty.String)",
  ],
  [
    "a default on an optional attribute",
    (p) => ({ ...p, size: 1 }),
    ".size: planned value cty.NumberIntVal(1) for a non-computed attribute",
  ],
  [
    "a sensitive default",
    (p) => ({ ...p, password: "x" }),
    ".password: sensitive planned value for a non-computed attribute",
  ],
  ["an added map key", (p) => ({ ...p, tags: { k: "v", l: "w" } }), ".tags: planned value"],
  [
    "an added nested element",
    (p) => ({ ...p, parts: [...(p.parts as Value[]), { key: "y", serial: UNKNOWN }] }),
    ".parts: count in plan (cty.NumberIntVal(2)) disagrees with count in config (cty.NumberIntVal(1))",
  ],
  [
    "an unknown nested attribute",
    (p) => ({ ...p, parts: UNKNOWN }),
    ".parts: planned unknown for configured value",
  ],
  [
    "a changed nested value",
    (p) => ({ ...p, parts: [{ key: "z", serial: UNKNOWN }] }),
    ".parts[0].key: planned value",
  ],
  [
    "null for blocks",
    (p) => ({ ...p, port: null }),
    ".port: attribute representing a list of nested blocks must be empty",
  ],
  [
    "another number of blocks",
    (p) => ({ ...p, port: [] }),
    ".port: block count in plan (0) disagrees with count in config (1)",
  ],
  [
    "unknown blocks",
    (p) => ({ ...p, port: UNKNOWN }),
    ".port: attribute representing nested block must not be unknown itself",
  ],
  [
    "an unknown block element",
    (p) => ({ ...p, port: [UNKNOWN] }),
    ".port[0]: element representing nested block must not be unknown",
  ],
  ["a write-only value", (p) => ({ ...p, secret_wo: "s" }), 'value for the write-only attribute "'],
  ["nothing", () => null, "planned for absence but config wants existence"],
];

/** What can be wrong with the result of creating CONFIG, in the same form. */
export const INVALID_RESULTS: ReadonlyArray<readonly [string, (made: ObjectValue) => ObjectValue, string]> = [
  [
    "a string",
    (made) => ({ ...made, name: "zz" }),
    '.name: was cty.StringVal("a"), but now cty.StringVal("zz")',
  ],
  ["null for a value", (made) => ({ ...made, name: null }), '.name: was cty.StringVal("a"), but now null'],
  ["a value for null", (made) => ({ ...made, size: 1 }), ".size: was null, but now cty.NumberIntVal(1)"],
  ["a lost map key", (made) => ({ ...made, tags: {} }), '.tags: element "k" has vanished'],
  [
    "a new nested element",
    (made) => ({ ...made, parts: [...(made.parts as Value[]), { key: "q", serial: "" }] }),
    ".parts: new element 1 has appeared",
  ],
  ["fewer blocks", (made) => ({ ...made, port: [] }), ".port: block count changed from 1 to 0"],
  ["null instead of blocks", (made) => ({ ...made, port: null }), ".port: blocks must be empty, not null"],
  [
    "a secret",
    (made) => ({ ...made, password: "x" }),
    ".password: inconsistent values for sensitive attribute",
  ],
];

/** Faults that Terraform lets pass although they break its rules, and the stand-in for it does not. */
export const FORGIVEN: ReadonlySet<string> = new Set(["null instead of blocks"]);

/** A provider whose plans are changed on their way out. */
export const planning = (change: (planned: ObjectValue, config: ObjectValue) => Value): Answers => ({
  PlanResourceChange: async (request) => {
    const answer = (await createScriptedProvider().call(
      "PlanResourceChange",
      request,
    )) as Rpcs["PlanResourceChange"]["response"];
    const config = decodeValue(type, request.config);
    if (config === null) return answer;
    return {
      ...answer,
      plannedState: encodeValue(type, change(decode(answer.plannedState), members(config))),
    };
  },
});
/** A provider whose results are changed on their way out. */
export const applying = (change: (made: ObjectValue) => object): Answers => ({
  ApplyResourceChange: async (request) => {
    const answer = (await createScriptedProvider().call(
      "ApplyResourceChange",
      request,
    )) as Rpcs["ApplyResourceChange"]["response"];
    const made = decodeValue(type, answer.newState);
    return { ...answer, ...change(made === null ? {} : members(made)) };
  },
});

/** The responses of a provider that changes plan or result of the resource whose `note` names a fault above: one run shows them all. */
export const FAULTS_BY_NOTE: Answers = {
  ...planning((planned, { note }) => {
    const fault = INVALID_PLANS.find(([name]) => name === note);
    return fault === undefined ? planned : fault[1](planned);
  }),
  ...applying((made) => {
    const fault = INVALID_RESULTS.find(([name]) => name === made.note);
    return fault === undefined ? {} : { newState: encodeValue(type, fault[1](made)) };
  }),
};
