import { describe, expect, it } from "vitest";
import { ProviderErrors } from "../../harness/core-errors.ts";
import type { PlanInput, ResourceInstance } from "../../harness/core-types.ts";
import { encodeValue } from "../../harness/dynamic-value.ts";
import type { Rpcs } from "../../harness/messages.ts";
import { formatPath, readPath } from "../../harness/path.ts";
import { proposedNew } from "../../harness/proposed-new.ts";
import { completeBlock } from "../../harness/schema.ts";
import { stateJson } from "../../harness/state-json.ts";
import {
  decimal,
  dynamic,
  elements,
  isWhollyKnown,
  members,
  type ObjectValue,
  refined,
  UNKNOWN,
  type Value,
} from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

const fixture = shareFixture();

const TYPE = "fixture_everything";

/** Everything that can be configured, at once. */
const FULL: ObjectValue = {
  name: "n",
  text: "t",
  flag: true,
  whole: 7,
  amount: decimal("0.1"),
  words: ["b", "a", "b"],
  tags: ["x", "y"],
  labels: { k: "v", "": "empty" },
  anything: dynamic(["tuple", ["string", "number"]], ["a", 1]),
  matrix: [[1, 2], []],
  point: { x: 1, y: 2 },
  pair: ["p", false],
  one: { key: "k" },
  many: [{ key: "a" }, { key: "b", note: "second" }],
  bag: [{ key: "a" }, { key: "b" }],
  by_name: { first: { key: "a" } },
  secret: "s",
  passphrase: "only for the configuration",
  timeouts: { create: "5m" },
  home: { key: "h" },
  port: [{ key: "80" }, { key: "81" }],
  rule: [{ key: "r" }],
  zone: { north: { key: "z" } },
  limits: { most: 3 },
};

/** What Terraform holds once the configuration was applied. */
async function existing(config: ObjectValue, typeName = TYPE): Promise<ResourceInstance> {
  const state = await fixture().core.planAndApply({ typeName, config });
  if (state === null) throw new Error("nothing was created");
  return state;
}

const plan = (config: ObjectValue | null, state?: ResourceInstance, more: Partial<PlanInput> = {}) =>
  fixture().core.plan({ typeName: TYPE, config, state: state ?? null, ...more });

/** Every path at which a value is unknown. */
function unknowns(value: Value, path = ""): readonly string[] {
  if (!isWhollyKnown(value) && (typeof value !== "object" || value === null)) return [path];
  if (isWhollyKnown(value)) return [];
  if (Array.isArray(value)) {
    return (value as readonly Value[]).flatMap((element, index) => unknowns(element, `${path}[${index}]`));
  }
  return Object.entries(members(value)).flatMap(([name, inner]) => unknowns(inner, `${path}.${name}`));
}

/** PlanResourceChange as core calls it, with whatever private data. */
async function rawPlan(
  prior: ObjectValue | null,
  config: ObjectValue | null,
  more: Partial<Rpcs["PlanResourceChange"]["request"]> = {},
  typeName = TYPE,
) {
  const block = await fixture().block(typeName);
  const complete = config && completeBlock(block, config);
  return fixture().client.call("PlanResourceChange", {
    typeName,
    priorState: encodeValue(block.type, prior),
    config: encodeValue(block.type, complete),
    proposedNewState: encodeValue(block.type, complete && proposedNew(block, prior, complete)),
    ...more,
  });
}

describe("a plan to create", () => {
  it("PL-01 PL-15 holds what is configured, defaults, and unknown values for the rest", async () => {
    const { planned, action } = await plan({ name: "n", passphrase: "p" });
    expect(action).toBe("create");
    // Decoding was strict: exactly the schema's attributes at every level.
    expect(planned).toMatchObject({
      name: "n",
      text: null,
      words: null,
      one: null,
      standard: "standard",
      passphrase: null,
      timeouts: null,
      port: [],
      zone: {},
    });
    expect(unknowns(planned)).toEqual([".chosen", ".id", ".revision"]);
  });

  it("PL-01 PL-15 takes everything at every depth, and makes computed members unknown", async () => {
    const { planned } = await plan(FULL);
    expect(planned).toMatchObject({ ...completedWithoutMade(FULL), passphrase: null });
    expect(unknowns(planned).filter((path) => path.endsWith(".made"))).toHaveLength(11);
  });

  it.each([
    [
      "the second plan of a replacement, which comes with the first one's private data",
      Buffer.from('{"a":"MQ=="}'),
    ],
    ["a tainted object, of which nothing is shown", undefined],
  ])("PL-06 PL-07 is the same for %s", async (_title, priorPrivate) => {
    const create = await rawPlan(null, { name: "n" });
    const again = await rawPlan(null, { name: "n" }, priorPrivate && { priorPrivate });
    expect(again.plannedState).toEqual(create.plannedState);
    expect(again.plannedPrivate).toEqual(priorPrivate ?? Buffer.alloc(0));
    expect(again.requiresReplace).toEqual([]);
  });

  it("PL-06 PL-07 replaces a tainted object, and one that the user wants replaced", async () => {
    const state = await existing({ name: "n" });
    const tainted = await plan({ name: "n" }, { ...state, tainted: true });
    expect(tainted.action).toBe("replace");
    expect(unknowns(tainted.planned)).toContain(".id");
    const forced = await plan({ name: "n" }, state, { replace: true });
    expect(unknowns(forced.planned)).toContain(".id");
  });
});

/** What was configured; computed members come out unknown, so they are left open. */
function completedWithoutMade(config: ObjectValue): ObjectValue {
  const { bag: _bag, rule: _rule, anything: _anything, amount: _amount, ...rest } = config;
  return rest;
}

describe("a plan of what exists", () => {
  it("PL-02 changes nothing when nothing changed, not even what is computed again with each change", async () => {
    const state = await existing(FULL);
    const again = await plan(FULL, state);
    expect(again.action).toBe("no-op");
    expect(again.planned).toEqual((await fixture().core.refresh(state))?.value);
    expect(again.requiresReplace).toEqual([]);
  });

  it("PL-03 changes one attribute and what follows from it", async () => {
    const state = await existing(FULL);
    const { planned, action } = await plan({ ...FULL, text: "other" }, state);
    expect(action).toBe("update");
    expect(unknowns(planned)).toEqual([".revision"]);
    expect(planned).toMatchObject({ text: "other", id: state.value.id, chosen: state.value.chosen });
  });

  it("PL-04 replaces for another value or an unknown one, and not for the same or a new object", async () => {
    const state = await existing({ name: "n", origin: "here" });
    const replacing = async (origin: Value, prior?: ResourceInstance) => {
      const { action, requiresReplace } = await plan({ name: "n", origin }, prior);
      return [action, ...requiresReplace.map(formatPath)];
    };
    expect(await replacing("there", state)).toEqual(["replace", ".origin"]);
    expect(await replacing(UNKNOWN, state)).toEqual(["replace", ".origin"]);
    expect(await replacing("here", state)).toEqual(["no-op"]);
    expect(await replacing("here")).toEqual(["create"]);
    const raw = await rawPlan(null, { name: "n", origin: "here" });
    expect(raw.requiresReplace).toEqual([]);
  });

  it("PL-05 plans to destroy, with private data as it was and without a reason to replace", async () => {
    const state = await existing({ name: "n", origin: "here" });
    const answer = await rawPlan(state.value, null, { priorPrivate: Buffer.from("whatever") });
    expect(Buffer.from(answer.plannedState?.msgpack ?? []).toString("hex")).toBe("c0");
    expect(answer).toMatchObject({ diagnostics: [], requiresReplace: [] });
    expect(answer.plannedPrivate).toEqual(Buffer.from("whatever"));
    // A resource with its own plan is called as well.
    const thing = await existing({ scenario: "ok" }, "fixture_thing");
    expect(
      (await fixture().core.plan({ typeName: "fixture_thing", config: null, state: thing })).planned,
    ).toBeNull();
  });

  it.each<[string, ObjectValue, ObjectValue]>([
    ["added", {}, { timeouts: { create: "5m" } }],
    ["changed", { timeouts: { create: "5m" } }, { timeouts: { create: "6m", delete: "1m" } }],
    ["removed", { timeouts: { create: "5m" } }, {}],
  ])("PL-08 plans timeouts that are %s to the letter", async (_title, before, after) => {
    const state = await existing({ name: "n", ...before });
    const { planned, action } = await plan({ name: "n", ...after }, state);
    expect(action).toBe("update");
    const { timeouts = null } = after;
    expect(planned?.timeouts).toEqual(
      timeouts === null ? null : { create: null, delete: null, ...members(timeouts) },
    );
    expect(unknowns(planned)).toEqual([".revision"]);
  });

  it.each<[string, string, boolean]>([
    // A stored 0.1 is JSON's 0.1; Terraform then sends text, as no double is one tenth.
    ["0.1", "0.1", true],
    ["5.0", "5", true],
    ["9007199254740992", "9007199254740993", false],
    ["0.30000000000000004", "0.3", false],
  ])("PL-09 compares numbers as numbers: %s and %s", async (stored, configured, same) => {
    const state = await existing({ name: "n", amount: decimal(configured) });
    const json = stateJson((await fixture().block(TYPE)).type, { ...state.value, amount: decimal(stored) });
    const { action } = await plan(
      { name: "n", amount: decimal(configured) },
      {
        ...state,
        value: { ...state.value, amount: decimal(stored) },
        json: json.replace(/"amount": [\d.]+/, `"amount": ${stored}`),
      },
    );
    expect(action).toBe(same ? "no-op" : "update");
  });

  it("PL-09 takes the same number from every form in which it can travel", async () => {
    const state = await existing({ name: "n", amount: 5 });
    const { type } = await fixture().block(TYPE);
    const priorState = encodeValue(type, state.value);
    const bytes = Buffer.from(priorState.msgpack ?? []);
    const at = bytes.indexOf(Buffer.from("amount")) + "amount".length;
    const asDouble = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from("cb4014000000000000", "hex"),
      bytes.subarray(at + 1),
    ]);
    const { plannedState } = await rawPlan(
      state.value,
      { name: "n", amount: 5 },
      { priorState: { msgpack: asDouble } },
    );
    expect((await fixture().decode(TYPE, plannedState))?.revision).toBe(state.value.revision);
  });

  it.each<[string, ObjectValue]>([
    ["the blocks of a dynamic block", { port: UNKNOWN, rule: UNKNOWN }],
    ["one of two blocks", { port: [{ key: UNKNOWN }, { key: "81" }] }],
    ["a nested attribute", { one: UNKNOWN, many: UNKNOWN, bag: UNKNOWN, by_name: UNKNOWN }],
    ["an element of nested attributes", { many: [UNKNOWN, { key: "b" }], by_name: { first: UNKNOWN } }],
    [
      "a refined value",
      { text: refined({ notNull: true, prefix: "pre-" }), words: refined({ minLength: 1 }) },
    ],
    ["a value of unknown type", { anything: UNKNOWN }],
  ])("PL-10 carries what is not known yet in its place: %s", async (_title, part) => {
    // The plan's rules, which the stand-in for core checks, forbid anything else.
    const created = await plan({ ...FULL, ...part });
    expect(created.action).toBe("create");
    const updated = await plan({ ...FULL, ...part }, await existing(FULL));
    expect(updated.action).toBe("update");
  });

  it("PL-11 keeps what the provider may set when it is no longer configured", async () => {
    const state = await existing({ name: "n", chosen: "mine" });
    const { action, planned } = await plan({ name: "n" }, state);
    expect(action).toBe("no-op");
    expect(planned?.chosen).toBe("mine");
  });

  it("PL-12 gives a new element of a nested list computed values of its own, not those of another", async () => {
    const state = await existing({ name: "n", many: [{ key: "a" }, { key: "b" }] });
    const made = elements(state.value.many ?? null).map((element) => members(element).made);
    const plannedMany = async (keys: readonly string[]) => {
      const { planned } = await plan({ name: "n", many: keys.map((key) => ({ key })) }, state);
      return elements(planned?.many ?? null).map((element) => members(element).made);
    };
    expect(await plannedMany(["a", "b", "c"])).toEqual([made[0], made[1], UNKNOWN]);
    // Removed and added in the middle: what comes after it has moved.
    expect(await plannedMany(["b"])).toEqual([UNKNOWN]);
    expect(await plannedMany(["a", "c", "b"])).toEqual([made[0], UNKNOWN, UNKNOWN]);
  });
});

describe("planning again", () => {
  it("PL-13 returns the same, and what the first plan allows once values are known", async () => {
    const state = await existing(FULL);
    const config: ObjectValue = {
      ...FULL,
      text: UNKNOWN,
      many: [{ key: UNKNOWN }, { key: "b" }],
      amount: UNKNOWN,
    };
    const first = await rawPlan(state.value, config);
    expect(await rawPlan(state.value, config)).toEqual(first);
    // The stand-in for core plans again with the final configuration and compares as Terraform does.
    const known = { ...FULL, text: "now known", many: [{ key: "k" }, { key: "b" }], amount: 2 };
    for (const prior of [state, undefined]) {
      const outcome = await fixture().core.apply(await plan(config, prior), known);
      expect(outcome).toMatchObject({ error: null, diagnostics: [] });
      expect(outcome.state?.value).toMatchObject({ text: "now known", amount: 2 });
    }
  });

  it("PL-14 carries private data, also when it fails", async () => {
    const state = await existing({ scenario: "ok" }, "fixture_thing");
    const priorPrivate = Buffer.from('{ "others": "MQ==" }');
    const fine = await rawPlan(state.value, { scenario: "other" }, { priorPrivate }, "fixture_thing");
    expect(fine.plannedPrivate).toEqual(priorPrivate);
    const failed = await rawPlan(state.value, { scenario: "plan-bug" }, { priorPrivate }, "fixture_thing");
    expect(failed.diagnostics).toMatchObject([{ summary: "Unexpected Provider Error" }]);
    expect(failed.plannedPrivate).toEqual(priorPrivate);
    expect(failed.plannedState).not.toBeNull();
  });

  it.each([true, false])("PL-16 never defers, whether it may (%s) or not", async (deferralAllowed) => {
    const clientCapabilities = { deferralAllowed, writeOnlyAttributesAllowed: true };
    const answer = await rawPlan(null, { ...FULL, text: UNKNOWN }, { clientCapabilities });
    expect(answer.deferred).toBeNull();
  });

  it("PL-04 PL-05 names a reason to replace once, and only where there is something to replace", async () => {
    const state = await existing({ scenario: "ok", label: "a" }, "fixture_thing");
    const prior = { ...state.value, scenario: "replaced" };
    const reasons = async (before: ObjectValue | null, config: ObjectValue | null) => {
      const { requiresReplace } = await rawPlan(before, config, {}, "fixture_thing");
      return requiresReplace.map(readPath).map(formatPath);
    };
    const config = { scenario: "replaced", label: "b" };
    expect(await reasons(prior, config)).toEqual([".label"]);
    expect(await reasons(null, config)).toEqual([]);
    expect(await reasons(prior, null)).toEqual([]);
  });

  it("reports a bug in a plan as an error", async () => {
    const planning = fixture().core.plan({ typeName: "fixture_thing", config: { scenario: "plan-bug" } });
    await expect(planning).rejects.toBeInstanceOf(ProviderErrors);
  });
});
