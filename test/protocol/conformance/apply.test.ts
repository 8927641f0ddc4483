import { describe, expect, it } from "vitest";
import type { ApplyOutcome, ResourceInstance } from "../../harness/core-types.ts";
import { encodeValue } from "../../harness/dynamic-value.ts";
import type { Rpcs } from "../../harness/messages.ts";
import { completeBlock } from "../../harness/schema.ts";
import { isWhollyKnown, type ObjectValue, refined } from "../../harness/value.ts";
import { shareFixture } from "./fixture.ts";

const fixture = shareFixture();

const TYPE = "fixture_thing";
const EVERYTHING = "fixture_everything";

const summaries = ({ diagnostics }: Pick<ApplyOutcome, "diagnostics">) =>
  diagnostics.filter(({ severity }) => severity === 1).map(({ summary }) => summary);

/** Plans and applies; whatever comes of it. */
async function apply(config: ObjectValue | null, state: ResourceInstance | null = null, typeName = TYPE) {
  return fixture().core.apply(await fixture().core.plan({ typeName, config, state }));
}

/** A thing that exists. */
async function existing(config: ObjectValue = { scenario: "ok" }): Promise<ResourceInstance> {
  const { state } = await apply(config);
  if (state === null) throw new Error("nothing was created");
  return state;
}

/** The state with another scenario, so that a delete, which sees only the state, takes that course. */
async function inScenario(scenario: string, more: ObjectValue = {}): Promise<ResourceInstance> {
  return existing({ scenario, label: "l", ...more });
}

/** ApplyResourceChange alone. */
async function rawApply(
  values: Record<"priorState" | "plannedState" | "config", ObjectValue | null>,
  plannedPrivate?: Buffer,
  typeName = TYPE,
) {
  const block = await fixture().block(typeName);
  const encode = (value: ObjectValue | null) => encodeValue(block.type, value && completeBlock(block, value));
  return fixture().client.call("ApplyResourceChange", {
    typeName,
    priorState: encode(values.priorState),
    plannedState: encode(values.plannedState),
    config: encode(values.config),
    ...(plannedPrivate && { plannedPrivate }),
  });
}

const stateOf = async (answer: Rpcs["ApplyResourceChange"]["response"]) =>
  fixture().decode(TYPE, answer.newState);

describe("a create", () => {
  it("AP-01 returns what was planned, with the unknown values known", async () => {
    const config: ObjectValue = {
      name: "n",
      words: ["b", "a"],
      tags: ["y", "x"],
      amount: 0.1,
      passphrase: "p",
      many: [{ key: "a" }],
      bag: [{ key: "a" }],
      timeouts: { create: "5m" },
      port: [{ key: "80" }],
    };
    // The stand-in for core compares with the plan as Terraform does.
    const { state, error, diagnostics } = await apply(config, null, EVERYTHING);
    expect([error, diagnostics]).toEqual([null, []]);
    expect(isWhollyKnown(state?.value ?? null)).toBe(true);
    expect(state?.value).toMatchObject({ words: ["b", "a"], passphrase: null, rule: [], zone: {} });
    const thing = await existing();
    expect(JSON.parse(thing.private.toString())).toHaveProperty("made");
  });

  it.each([
    ["after-refused", "Unable to Finish Thing"],
    ["after-bug", "Unexpected Provider Error"],
  ])(
    "AP-02 AP-09 LG-06 that fails (%s) when the object exists saves it, tainted",
    async (scenario, summary) => {
      const outcome = await apply({ scenario, label: "l", amount: 0.1 });
      expect(summaries(outcome)).toEqual([summary]);
      expect(outcome.state).toMatchObject({ tainted: true });
      expect(outcome.state?.value).toEqual({
        id: "id-1",
        scenario,
        label: "l",
        amount: 0.1,
        words: null,
        outcome: null,
        timeouts: null,
      });
      expect(outcome.state?.private.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ["create-refused", "Unable to Create Thing"],
    ["create-bug", "Unexpected Provider Error"],
  ])("AP-03 LG-06 that fails (%s) before there is an object saves nothing", async (scenario, summary) => {
    const outcome = await apply({ scenario });
    expect(summaries(outcome)).toEqual([summary]);
    expect(outcome.state).toBeNull();
  });

  it("AP-08 returns what was planned where the API changed it", async () => {
    const config = { scenario: "normalizes", label: "mixed Case", amount: 0.1, words: ["b", "a"] };
    const { state, error } = await apply(config);
    expect(error).toBeNull();
    expect(state?.value).toMatchObject(config);
  });

  it("AP-10 returns known values or null for unknown ones, within the refinements of the plan", async () => {
    for (const scenario of ["nothing-computed", "unknown-left"]) {
      const { state, error } = await apply({ scenario });
      expect([state?.value.outcome, error]).toEqual([null, null]);
    }
    const planned = await fixture().core.plan({ typeName: TYPE, config: { scenario: "refined" } });
    expect(planned.planned?.outcome).toEqual(refined({ notNull: true }));
    const outcome = await fixture().core.apply(planned);
    expect(outcome.error).toBeNull();
    expect(outcome.state?.value.outcome).toBe("refined done");
  });

  it.each([
    ["create-illegal", ["Provider Returned Invalid State"]],
    ["create-nothing", ["Unexpected Provider Error"]],
  ])(
    "AP-12 that returns an invalid state (%s) still results in a valid object or none",
    async (scenario, expected) => {
      // The stand-in for core decodes strictly, as Terraform does: what it cannot read would be lost.
      const outcome = await apply({ scenario, label: "l" });
      expect(summaries(outcome)).toEqual(expected);
      expect(outcome.error).toBeNull();
      if (scenario === "create-illegal") {
        expect(outcome.state).toMatchObject({ tainted: true });
        expect(outcome.state?.value).toMatchObject({ id: "id-1", label: "l", outcome: null });
      }
    },
  );
});

describe("an update", () => {
  it.each([
    ["update-refused", "Unable to Update Thing"],
    ["update-bug", "Unexpected Provider Error"],
  ])(
    "AP-04 LG-06 that fails (%s) before anything changed keeps the prior state",
    async (scenario, summary) => {
      const prior = await existing({ scenario: "ok", label: "old" });
      const outcome = await apply({ scenario, label: "new" }, prior);
      expect(summaries(outcome)).toEqual([summary]);
      expect(outcome.state).toMatchObject({ tainted: false, value: prior.value, private: prior.private });
      // Terraform would keep the state by itself if the response held none, but a response says what exists.
      const config = { scenario, label: "new" };
      const planned = { ...prior.value, ...config };
      const raw = await rawApply({ priorState: prior.value, plannedState: planned, config }, prior.private);
      expect(await stateOf(raw)).toEqual(prior.value);
      expect(raw.private).toEqual(prior.private);
    },
  );

  it("AP-04 that fails half-way keeps what was applied", async () => {
    const prior = await existing({ scenario: "ok", label: "old" });
    const outcome = await apply({ scenario: "update-after", label: "new" }, prior);
    expect(summaries(outcome)).toEqual(["Unable to Update Thing"]);
    expect(outcome.state?.value).toEqual({ ...prior.value, label: "new" });
    expect(outcome.state).toMatchObject({ tainted: false, private: prior.private });
  });
});

describe("a delete", () => {
  it("AP-05 ends with nothing, private data included", async () => {
    const prior = await existing();
    expect(await apply(null, prior)).toMatchObject({ state: null, diagnostics: [], error: null });
    const raw = await rawApply({ priorState: prior.value, plannedState: null, config: null }, prior.private);
    expect(raw.private).toHaveLength(0);
  });

  it.each([
    ["delete-refused", "Unable to Delete Thing"],
    ["delete-bug", "Unexpected Provider Error"],
  ])("AP-06 LG-06 that fails (%s) keeps the state and the private data", async (scenario, summary) => {
    const prior = await inScenario(scenario);
    const outcome = await apply(null, prior);
    expect(summaries(outcome)).toEqual([summary]);
    expect(outcome.state).toMatchObject({ value: prior.value, private: prior.private });
    const raw = await rawApply({ priorState: prior.value, plannedState: null, config: null }, prior.private);
    expect(await stateOf(raw)).toEqual(prior.value);
    expect(raw.private).toEqual(prior.private);
  });

  it("AP-07 AP-06 takes its time limit from the state, because there is no configuration", async () => {
    const prior = await inScenario("delete-slow", { timeouts: { delete: "50ms" } });
    const outcome = await apply(null, prior);
    expect(outcome.diagnostics).toMatchObject([{ detail: "The operation had to end: deadline." }]);
    expect(outcome.state).toMatchObject({ value: prior.value, private: prior.private });
  });

  it("is done when there is nothing to delete", async () => {
    const raw = await rawApply({ priorState: null, plannedState: null, config: null });
    expect(raw).toMatchObject({ diagnostics: [] });
    expect(await stateOf(raw)).toBeNull();
  });
});

describe("a time limit", () => {
  it.each(["0s", "-5m"])(
    "DU-02 of %s is over at once, with what exists and a clear error",
    async (create) => {
      const outcome = await apply({ scenario: "after-slow", label: "l", timeouts: { create } });
      expect(outcome.diagnostics).toMatchObject([{ detail: "The operation had to end: deadline." }]);
      expect(outcome.state).toMatchObject({ tainted: true });
      expect(outcome.state?.value).toMatchObject({ id: "id-1", label: "l" });
    },
  );
});

describe("many at once", () => {
  it("AP-11 all respond when the user interrupts, each with its own state", async () => {
    const labels = Array.from({ length: 10 }, (_, index) => `label-${index}`);
    const plans = await Promise.all(
      labels.map((label) =>
        fixture().core.plan({ typeName: TYPE, config: { scenario: "after-slow", label } }),
      ),
    );
    const before = waiting();
    const applies = plans.map((plan) => fixture().core.apply(plan));
    await expect.poll(() => waiting() - before).toBe(labels.length);
    await fixture().client.call("StopProvider", {});
    const outcomes = await Promise.all(applies);
    expect(outcomes.map(({ state }) => state?.value.label)).toEqual(labels);
    for (const outcome of outcomes) {
      expect(outcome.diagnostics).toMatchObject([{ detail: "The operation had to end: stopped." }]);
      expect(outcome.state?.tainted).toBe(true);
    }
  });
});

/** How many operations of the fixture provider have begun to wait so far. */
const waiting = () =>
  fixture()
    .plugin.logs()
    .filter(({ message }) => message === "waiting").length;

describe("an interrupt", () => {
  it("SD-03 ends a wait with an error and what exists, and StopProvider itself returns no error", async () => {
    const before = waiting();
    const applying = apply({ scenario: "after-slow", label: "l" });
    await expect.poll(() => waiting() - before).toBe(1);
    expect((await fixture().client.call("StopProvider", {})).Error).toBe("");
    const outcome = await applying;
    expect(summaries(outcome)).toEqual(["Operation Ended"]);
    expect(outcome.state).toMatchObject({ tainted: true });
    expect(outcome.state?.private.length).toBeGreaterThan(0);
  });

  it("SD-04 stops only what was under way: twice is harmless, and what comes later waits again", async () => {
    for (let round = 0; round < 2; round++) await fixture().client.call("StopProvider", {});
    const before = waiting();
    let settled = false;
    const applying = apply({ scenario: "after-slow" }).finally(() => {
      settled = true;
    });
    await expect.poll(() => waiting() - before).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(settled).toBe(false);
    await fixture().client.call("StopProvider", {});
    expect(summaries(await applying)).toEqual(["Operation Ended"]);
  });
});
