import { describe, expect, it } from "vitest";
import { createCore } from "../../harness/core.ts";
import type { Core, Plan, ResourceInstance } from "../../harness/core-types.ts";
import { decodeValue, encodeValue } from "../../harness/dynamic-value.ts";
import type { DynamicValueMessage, Rpcs } from "../../harness/messages.ts";
import { loadSchema } from "../../harness/schema.ts";
import {
  members,
  type ObjectValue,
  refined,
  UNKNOWN,
  type Value,
  withoutRefinements,
} from "../../harness/value.ts";
import { applying, CONFIG, INVALID_PLANS, INVALID_RESULTS, planning } from "./faults.ts";
import {
  type Answers,
  attribute,
  block,
  createScriptedProvider,
  problem,
  schema,
  THING,
} from "./scripted-provider.ts";

const { type } = loadSchema(THING, "standin_thing").block;
const typeName = "standin_thing";

const start = (
  answers: Answers = {},
): { core: Core; calls: ReturnType<typeof createScriptedProvider>["calls"] } => {
  const provider = createScriptedProvider(answers);
  return { core: createCore(provider), calls: provider.calls };
};

const decode = (message: DynamicValueMessage | null): ObjectValue => members(decodeValue(type, message));

const state = (value: Value): object => ({ newState: encodeValue(type, value) });

async function created(core: Core): Promise<ResourceInstance> {
  const instance = await core.planAndApply({ typeName, config: CONFIG });
  if (instance === null) throw new Error("nothing was created");
  return instance;
}

describe("a well-behaved provider", () => {
  it("creates, plans no change, updates, replaces and deletes", async () => {
    const { core } = start();
    await core.configure({ token: "t" });
    const instance = await created(core);
    expect(instance.value).toMatchObject({
      id: "id-1",
      name: "a",
      secret_wo: null,
      parts: [{ key: "x", serial: "serial-1" }],
    });
    expect(instance.private.toString()).toBe("planned");
    expect(instance.tainted).toBe(false);

    const again = await core.plan({ typeName, config: CONFIG, state: instance });
    expect(again.action).toBe("no-op");

    const update = await core.plan({ typeName, config: { ...CONFIG, size: 3 }, state: instance });
    expect(update.action).toBe("update");
    const { state: updated } = await core.apply(update);
    expect(updated?.value).toMatchObject({ size: 3, id: "id-1" });

    const replace = await core.plan({ typeName, config: { ...CONFIG, name: "b" }, state: updated });
    expect(replace.action).toBe("replace");
    expect(replace.planned?.id).toBe(UNKNOWN);
    const { state: replaced } = await core.apply(replace);
    expect(replaced?.value.name).toBe("b");

    const deleted = await core.apply(await core.plan({ typeName, config: null, state: replaced }));
    expect(deleted).toEqual({ state: null, diagnostics: [], error: null });
  });

  it("is called in Terraform's order", async () => {
    const { core, calls } = start();
    const instance = await created(core);
    const replace = await core.plan({ typeName, config: { ...CONFIG, name: "b" }, state: instance });
    await core.apply(replace);
    expect(calls.map(({ rpc }) => rpc)).toEqual([
      "GetProviderSchema",
      "GetResourceIdentitySchemas",
      ...["ValidateResourceConfig", "PlanResourceChange"],
      ...["ValidateResourceConfig", "PlanResourceChange", "ApplyResourceChange"],
      ...[
        "UpgradeResourceState",
        "ReadResource",
        "ValidateResourceConfig",
        "PlanResourceChange",
        "PlanResourceChange",
      ],
      ...[
        "UpgradeResourceState",
        "ApplyResourceChange",
        "ValidateResourceConfig",
        "PlanResourceChange",
        "ApplyResourceChange",
      ],
    ]);
  });

  it("plans a tainted object as if there were none, then replaces it", async () => {
    const { core, calls } = start();
    const instance = { ...(await created(core)), tainted: true };
    const plan = await core.plan({ typeName, config: CONFIG, state: instance });
    expect(plan.action).toBe("replace");
    const request = calls.findLast(({ rpc }) => rpc === "PlanResourceChange")?.request;
    expect(request).not.toHaveProperty("priorPrivate");
    expect(decodeValue(type, (request as Rpcs["PlanResourceChange"]["request"]).priorState)).toBeNull();
  });

  it("sees prior values at ignored paths", async () => {
    const { core } = start();
    const instance = await created(core);
    const plan = await core.plan({
      typeName,
      config: { ...CONFIG, size: 9 },
      state: instance,
      ignoreChanges: ["size"],
    });
    expect(plan.action).toBe("no-op");
  });

  it("may leave unknown values unknown in a plan, and return them in the apply", async () => {
    const { core } = start();
    const plan = await core.plan({ typeName, config: { ...CONFIG, size: refined({ notNull: true }) } });
    expect(withoutRefinements(plan.planned?.size ?? null)).toBe(UNKNOWN);
    const { state: made, error } = await core.apply(plan, { ...CONFIG, size: 4 });
    expect(error).toBeNull();
    expect(made?.value.size).toBe(4);
  });

  it("imports an object and reads data", async () => {
    const { core } = start();
    expect((await core.import(typeName, "abc")).value).toMatchObject({ id: "abc", port: [] });
    expect(await core.readData(typeName, { name: "n" })).toEqual({ name: "n", id: "i" });
  });
});

describe("an invalid plan is refused", () => {
  it.each(INVALID_PLANS)("when it holds %s", async (_, change, message) => {
    await expect(start(planning(change)).core.plan({ typeName, config: CONFIG })).rejects.toThrow(message);
  });

  it("when a destroy is planned to leave something", async () => {
    const instance = await created(start().core);
    const { core } = start({
      PlanResourceChange: ({ priorState }) => ({
        plannedState: priorState,
        requiresReplace: [],
        plannedPrivate: Buffer.alloc(0),
      }),
    });
    await expect(core.plan({ typeName, config: null, state: instance })).rejects.toThrow(
      "planned a non-null destroy value",
    );
  });

  it("when it wants replacement for a path that does not exist", async () => {
    const instance = await created(start().core);
    const { core } = start({
      PlanResourceChange: ({ proposedNewState }) => ({
        plannedState: encodeValue(type, { ...decode(proposedNewState), secret_wo: null }),
        requiresReplace: [{ steps: [{ selector: "attributeName", attributeName: "nope" }] }],
      }),
    });
    await expect(core.plan({ typeName, config: CONFIG, state: instance })).rejects.toThrow(
      "non-existent attribute path",
    );
  });

  it("when an object lacks an attribute", async () => {
    const { core } = start({ PlanResourceChange: () => ({ plannedState: { msgpack: Buffer.of(0x80) } }) });
    await expect(core.plan({ typeName, config: CONFIG })).rejects.toThrow(
      "an object with 13 attributes is required (0 given)",
    );
  });

  it("but an unknown dynamic block may be echoed", async () => {
    const plan = await start().core.plan({ typeName, config: { ...CONFIG, port: UNKNOWN } });
    expect(plan.planned?.port).toBe(UNKNOWN);
    const changed = start(planning((p) => ({ ...p, port: [] }))).core;
    await expect(changed.plan({ typeName, config: { ...CONFIG, port: UNKNOWN } })).rejects.toThrow(
      "for unknown dynamic block",
    );
  });

  it("but the prior value may be kept for an equivalent configuration", async () => {
    const instance = await created(start().core);
    const { core } = start(planning((p, config) => ({ ...p, name: String(config.name).toLowerCase() })));
    expect((await core.plan({ typeName, config: { ...CONFIG, name: "A" }, state: instance })).action).toBe(
      "no-op",
    );
  });
});

describe("what an apply leaves behind", () => {
  const planOf = (core: Core, given: Partial<Parameters<Core["plan"]>[0]> = {}): Promise<Plan> =>
    core.plan({ typeName, config: CONFIG, ...given });
  const failure = { diagnostics: [problem("No")] };

  it("create, error and object: saved, tainted", async () => {
    const { core } = start(applying((made) => ({ ...failure, ...state({ ...made, note: null }) })));
    const outcome = await core.apply(await planOf(core));
    expect(outcome.state).toMatchObject({ tainted: true, value: { id: "id-1", note: null } });
    expect(outcome.state?.private.toString()).toBe("planned");
    expect(outcome.error).toBeNull();
  });

  it("create, error and nothing: nothing saved", async () => {
    const { core } = start(applying(() => ({ ...failure, newState: null })));
    expect((await core.apply(await planOf(core))).state).toBeNull();
  });

  it("create, unknown values left: saved as null, tainted, and Terraform complains", async () => {
    const { core } = start(applying((made) => state({ ...made, id: UNKNOWN })));
    const outcome = await core.apply(await planOf(core));
    expect(outcome.error?.message).toContain("still indicated an unknown value for .id");
    expect(outcome.state).toMatchObject({ tainted: true, value: { id: null } });
  });

  it.each(INVALID_RESULTS)(
    "create, changed %s: saved, tainted, and Terraform complains",
    async (_, change, message) => {
      const { core } = start(applying((made) => state(change(made))));
      const outcome = await core.apply(await planOf(core));
      expect(outcome.error?.summary).toBe("Provider produced inconsistent result after apply");
      expect(outcome.error?.message).toContain(message);
      expect(outcome.state?.tainted).toBe(true);
    },
  );

  it("create, no error and nothing: nothing saved, and Terraform complains", async () => {
    const { core } = start(applying(() => ({ newState: null })));
    const outcome = await core.apply(await planOf(core));
    expect(outcome.error?.message).toContain("Root object was present, but now absent");
    expect(outcome.state).toBeNull();
  });

  it("create, a failed call, an undecodable or a write-only response: nothing saved", async () => {
    const crash = (): never => {
      throw Object.assign(new Error(), { code: 14, details: "gone" });
    };
    for (const [answers, message] of [
      [{ ApplyResourceChange: crash }, "Plugin did not respond"],
      [{ ApplyResourceChange: () => ({ newState: { msgpack: Buffer.of(0x80) } }) }, "undecodable"],
      [applying((made) => state({ ...made, secret_wo: "s" })), "write-only"],
    ] as const) {
      const { core } = start(answers);
      const outcome = await core.apply(await planOf(core));
      expect(outcome.error?.message).toContain(message);
      expect(outcome.state).toBeNull();
    }
  });

  const update = { config: { ...CONFIG, size: 7 } };
  it("update, error and object: saved with its private data, not tainted", async () => {
    const { core } = start(
      applying((made) => ({ ...failure, ...state({ ...made, size: null }), private: Buffer.from("p") })),
    );
    const outcome = await core.apply(await planOf(core, { ...update, state: await created(start().core) }));
    expect(outcome.state).toMatchObject({ tainted: false, value: { size: null } });
    expect(outcome.state?.private.toString()).toBe("p");
  });

  it("update, error and nothing: the prior state with its private data", async () => {
    const { core } = start(applying(() => ({ ...failure, newState: null, private: Buffer.alloc(0) })));
    const prior = await created(start().core);
    expect((await core.apply(await planOf(core, { ...update, state: prior }))).state).toEqual(prior);
  });

  it("update, a failed call: the prior state without its private data", async () => {
    const { core } = start({
      ApplyResourceChange: () => {
        throw Object.assign(new Error(), { code: 2, details: "boom" });
      },
    });
    const prior = await created(start().core);
    const outcome = await core.apply(await planOf(core, { ...update, state: prior }));
    expect(outcome.error?.summary).toBe("Plugin error");
    expect(outcome.state).toEqual({ ...prior, private: Buffer.alloc(0) });
  });

  it("delete, error and prior object: kept with the private data of the response", async () => {
    const prior = await created(start().core);
    const { core } = start({
      ApplyResourceChange: ({ priorState }) => ({
        ...failure,
        newState: priorState,
        private: Buffer.from("kept"),
      }),
    });
    const outcome = await core.apply(await planOf(core, { config: null, state: prior }));
    expect(outcome.state?.value).toEqual(prior.value);
    expect(outcome.state?.private.toString()).toBe("kept");
  });

  it("delete, no error and an object: kept, and Terraform complains", async () => {
    const prior = await created(start().core);
    const { core } = start({
      ApplyResourceChange: ({ priorState }) => ({ newState: priorState, private: Buffer.alloc(0) }),
    });
    const outcome = await core.apply(await planOf(core, { config: null, state: prior }));
    expect(outcome.error?.message).toContain("After applying a Delete plan");
    expect(outcome.state?.value).toEqual(prior.value);
  });

  it("replace, delete fails: the create is not tried", async () => {
    const prior = await created(start().core);
    const { core, calls } = start({
      ApplyResourceChange: () => ({ ...failure, newState: null, private: Buffer.alloc(0) }),
    });
    const outcome = await core.apply(await planOf(core, { config: { ...CONFIG, name: "b" }, state: prior }));
    expect(outcome.state).toEqual(prior);
    expect(calls.filter(({ rpc }) => rpc === "ApplyResourceChange")).toHaveLength(1);
  });

  it("a second plan that differs from the first is refused", async () => {
    let turn = 0;
    const { core } = start(planning((p) => ({ ...p, note: `n${turn++}` })));
    const outcome = await core.apply(await planOf(core));
    expect(outcome.error?.message).toContain('.note: was cty.StringVal("n0"), but now cty.StringVal("n1")');
    expect(outcome.error?.summary).toBe("Provider produced inconsistent final plan");
  });

  it("a value outside the refinement of a planned unknown is refused", async () => {
    const { core } = start(
      planning((p) => ({
        ...p,
        note: p.note === UNKNOWN ? refined({ notNull: true, prefix: "x" }) : (p.note ?? null),
      })),
    );
    const outcome = await core.apply(await planOf(core));
    expect(outcome.error?.message).toContain("does not conform to planning placeholder");
  });
});

describe("other responses that break a rule are refused", () => {
  const diagnosed = (diagnostic: object): Answers => ({
    ValidateResourceConfig: () => ({ diagnostics: [diagnostic] }),
  });
  it.each([
    ["an invalid severity", { ...problem("x"), severity: 0 }, "severity 0"],
    ["an empty summary", problem(""), "summary is empty"],
    ["a path without steps", { ...problem("x"), attribute: { steps: [] } }, "no steps"],
    ["a path outside the schema", problem("x", "", "nope"), "fits no value"],
  ])("a diagnostic with %s", async (_, diagnostic, message) => {
    await expect(start(diagnosed(diagnostic)).core.validate(typeName, CONFIG)).rejects.toThrow(message);
  });

  it("errors are thrown as the provider's own", async () => {
    const { core } = start(diagnosed(problem("Bad Name", "is bad", "name")));
    await expect(core.validate(typeName, CONFIG)).rejects.toMatchObject({
      name: "ProviderErrors",
      diagnostics: [{ summary: "Bad Name" }],
    });
  });

  it("a deferral", async () => {
    const { core } = start({
      ReadResource: ({ currentState }) => ({ newState: currentState, deferred: { reason: 1 } }),
    });
    const instance = await created(start().core);
    await expect(core.refresh(instance)).rejects.toThrow("deferred changes");
  });

  it("unknown values in a read, null for blocks", async () => {
    const instance = await created(start().core);
    const reading = (value: Value): Core =>
      start({ ReadResource: () => ({ newState: encodeValue(type, value), private: Buffer.alloc(0) }) }).core;
    await expect(reading({ ...instance.value, note: UNKNOWN }).refresh(instance)).rejects.toThrow(
      ".note: contains unknown",
    );
    await expect(reading({ ...instance.value, port: null }).refresh(instance)).rejects.toThrow(
      "must be empty, not null",
    );
    expect(await reading(null).refresh(instance)).toBeNull();
  });

  it.each([
    ["no resource", [], "Import returned no resources"],
    ["no object", [{ typeName, state: null, private: Buffer.alloc(0) }], "Import returned null resource"],
    ["no type", [{ typeName: "", state: null, private: Buffer.alloc(0) }], "didn't set type"],
  ])("an import of %s", async (_, importedResources, message) => {
    const { core } = start({ ImportResourceState: () => ({ importedResources }) });
    await expect(core.import(typeName, "x")).rejects.toThrow(message);
  });

  it.each([
    [
      "neither required nor optional nor computed",
      attribute("x", "string", ""),
      "must set Optional, Required or Computed",
    ],
    [
      "required and computed",
      attribute("x", "string", "required computed"),
      "cannot set both Computed and Required",
    ],
    ["without a type", attribute("x", null, "optional"), "either Type or NestedType must be defined"],
  ])("a schema with an attribute %s", async (_, wrong, message) => {
    const { core } = start({
      GetProviderSchema: () => ({
        provider: schema(block([])),
        resourceSchemas: { bad: schema(block([wrong])) },
        dataSourceSchemas: {},
      }),
    });
    await expect(core.schemas()).rejects.toThrow(message);
  });
});
