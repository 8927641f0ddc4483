import type { WriteCall } from "../../../src/framework/call.ts";
import { attributePath } from "../../../src/framework/path.ts";
import type { Resource } from "../../../src/framework/resource.ts";
import type { PartialState, Plan, State } from "../../../src/framework/schema.ts";
import { isUnknown, UNKNOWN, Unknown } from "../../../src/framework/value.ts";
import { apiError, waitForTheEnd } from "./behave.ts";
import type { FixtureClient } from "./client.ts";
import { thingIdentity } from "./thing-identity.ts";
import { thingSchema } from "./thing-schema.ts";

type ThingState = State<typeof thingSchema>;
type Call = WriteCall<FixtureClient, PartialState<typeof thingSchema>>;

/** The refinement that Terraform knows as "not null": {1: false} as msgpack. */
const NOT_NULL = Uint8Array.of(0x81, 0x01, 0xc2);
const SLOW_READ_MS = 30;

const stateOf = (plan: Plan<typeof thingSchema>, id: string): ThingState => ({
  ...plan,
  id,
  outcome: `${plan.scenario} done`,
});

/**
 * `fixture_thing`: does what its `scenario` says. In scenarios that end badly, "after" means that the object exists by then.
 * Its life starts with an entry in the private data.
 */
export const thingResource: Resource<typeof thingSchema, FixtureClient> = {
  schema: thingSchema,
  defaultTimeouts: { create: 60_000, read: 60_000, update: 60_000, delete: 60_000 },

  validate({ scenario }) {
    if (scenario === "validate-bug") throw new TypeError("a bug in validate");
    return [];
  },

  modifyPlan({ plan, prior }) {
    const scenario = plan?.scenario ?? prior?.scenario;
    if (scenario === "plan-bug") throw new TypeError("a bug in the plan");
    if (scenario === "refined" && plan !== null && isUnknown(plan.outcome)) {
      return { plan: { outcome: new Unknown(NOT_NULL) } };
    }
    // Over-eager: also where there is nothing to replace, and twice.
    if (scenario === "replaced") return { requiresReplace: [attributePath("label"), attributePath("label")] };
    return {};
  },

  async create({ plan }, call) {
    call.private.set("made", { by: "create", region: call.client.region });
    if (plan.scenario === "create-refused") throw apiError("Create Thing");
    if (plan.scenario === "create-bug") throw new TypeError("a bug in create");
    if (plan.scenario === "crash") {
      setTimeout(() => {
        throw new Error("nobody caught this");
      });
      await waitForTheEnd(call);
    }
    if (plan.scenario === "create-illegal") return { ...stateOf(plan, "id-1"), outcome: 5 as never };
    if (plan.scenario === "create-nothing") return undefined as never;
    call.save({ id: "id-1" });
    return finish(plan, "id-1", call);
  },

  async read({ state }, call) {
    switch (state.scenario) {
      case "read-gone":
        return null;
      case "read-refused":
        throw apiError("Read Thing");
      case "read-bug":
        throw new TypeError("a bug in read");
      case "read-slow":
        return waitForTheEnd(call);
      case "read-illegal":
        return { ...(state as ThingState), label: 5 as never };
      case "read-takes-a-while":
        await new Promise((resolve) => setTimeout(resolve, SLOW_READ_MS));
        break;
      case "read-drifted":
        return { ...(state as ThingState), label: "changed elsewhere" };
    }
    return { ...(state as ThingState), scenario: state.scenario ?? "imported" };
  },

  async update({ plan, prior }, call) {
    if (plan.scenario === "update-refused") throw apiError("Update Thing");
    if (plan.scenario === "update-bug") throw new TypeError("a bug in update");
    // The label is changed by a request of its own.
    call.saveAsIs({ ...prior, label: plan.label });
    if (plan.scenario === "update-after") throw apiError("Update Thing");
    return finish(plan, prior.id ?? "", call);
  },

  async delete({ state }, call) {
    switch (state.scenario) {
      case "delete-refused":
        throw apiError("Delete Thing");
      case "delete-bug":
        throw new TypeError("a bug in delete");
      case "delete-slow":
        await waitForTheEnd(call);
    }
  },

  import(id) {
    if (id === "import-bug") throw new TypeError("a bug in import");
    if (!/^id-\d+$/.test(id)) throw apiError("Import Thing");
    return { id };
  },
  identity: thingIdentity,
  movesFrom: [{ provider: "fixture/old", typeName: "old_thing", schemaVersion: 0 }],
};

/** What can happen to an object that exists already, be it new or changed. */
async function finish(plan: Plan<typeof thingSchema>, id: string, call: Call): Promise<ThingState> {
  switch (plan.scenario) {
    case "after-refused":
      throw apiError("Finish Thing");
    case "after-bug":
      throw new TypeError("a bug after the object was created");
    case "after-slow":
      return waitForTheEnd(call);
    case "normalizes":
      return { ...stateOf(plan, id), label: plan.label?.toUpperCase() ?? "", amount: 1, words: ["other"] };
    case "unknown-left":
      return { ...stateOf(plan, id), outcome: UNKNOWN as never };
    case "nothing-computed":
      return { ...stateOf(plan, id), outcome: null };
  }
  return stateOf(plan, id);
}
