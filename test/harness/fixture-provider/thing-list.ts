import { warningDiagnostic } from "../../../src/framework/diagnostics.ts";
import type { ListResource } from "../../../src/framework/list-resource.ts";
import { integerAttribute, type Schema, stringAttribute } from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { apiError, waitForTheEnd } from "./behave.ts";
import type { FixtureClient } from "./client.ts";
import type { thingSchema } from "./thing-schema.ts";

const schema = {
  attributes: {
    count_of: integerAttribute({ required: true }),
    scenario: stringAttribute({ optional: true }),
    timeouts: timeoutsAttribute("list"),
  },
} satisfies Schema;

/** Lists as many things as its configuration says, and then does what the scenario says. */
export const thingListResource: ListResource<typeof schema, typeof thingSchema, FixtureClient> = {
  schema,
  defaultTimeouts: { list: 60_000 },
  validate({ scenario }) {
    if (scenario === "validate-bug") throw new TypeError("a bug in validate");
    return [];
  },
  async *list({ config, includeResource }, call) {
    const { scenario } = config;
    if (scenario === "warns") call.report(warningDiagnostic("Some Left Out", "Not everything is listed."));
    for (let index = 0; index < Number(config.count_of); index += 1) {
      if (call.signal.aborted) return;
      call.log.debug("found a thing", { index });
      const id = `id-${index}`;
      const rest = includeResource ? { scenario: "ok", label: "x".repeat(1000) } : {};
      yield { displayName: `Thing ${index}`, state: scenario === "unidentified" ? rest : { id, ...rest } };
    }
    switch (scenario) {
      case "refused":
        throw apiError("List Things");
      case "bug":
        throw new TypeError("a bug in list");
      case "slow":
        await waitForTheEnd(call);
    }
  },
};
