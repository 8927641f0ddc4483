import { useStateForUnknown } from "../../../src/framework/plan-modifiers.ts";
import {
  numberAttribute,
  type Schema,
  stringAttribute,
  stringListAttribute,
} from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";

/** The schema of `fixture_thing`. */
export const thingSchema = {
  attributes: {
    id: stringAttribute({ computed: true, planModifiers: [useStateForUnknown] }),
    scenario: stringAttribute({ required: true }),
    label: stringAttribute({ optional: true }),
    amount: numberAttribute({ optional: true }),
    words: stringListAttribute({ optional: true }),
    outcome: stringAttribute({ computed: true }),
    timeouts: timeoutsAttribute("create", "read", "update", "delete"),
  },
} satisfies Schema;
