import { describe, expect, it } from "vitest";
import {
  keepWhileUnknown,
  type PlanModifier,
  type PlanModifierRequest,
  type PlanModifierResponse,
  requiresReplace,
  requiresReplaceIf,
  useStateForUnknown,
} from "../../../src/framework/plan-modifiers.ts";
import { STRING } from "../../../src/framework/type.ts";
import { UNKNOWN } from "../../../src/framework/value.ts";

/** A computed attribute in an update: remembered as "a", unknown in the plan. */
const update: PlanModifierRequest = {
  path: [{ attribute: "id" }],
  type: STRING,
  config: null,
  prior: "a",
  planned: UNKNOWN,
  priorIsOwn: true,
  exists: true,
};
const create = { prior: null, priorIsOwn: false, exists: false };
const ifLong = requiresReplaceIf(({ planned }) => typeof planned === "string" && planned.length > 1);
const REPLACE = { requiresReplace: true } as const;

describe("a plan modifier", () => {
  it.each<[string, PlanModifier, Partial<PlanModifierRequest>, PlanModifierResponse]>([
    ["useStateForUnknown keeps what is remembered", useStateForUnknown, {}, { planned: "a" }],
    ["useStateForUnknown keeps a remembered null", useStateForUnknown, { prior: null }, { planned: null }],
    ["useStateForUnknown has nothing to keep on create", useStateForUnknown, create, {}],
    ["useStateForUnknown leaves what is known", useStateForUnknown, { planned: "b" }, {}],
    ["useStateForUnknown leaves what is configured and unknown", useStateForUnknown, { config: UNKNOWN }, {}],
    ["useStateForUnknown takes nothing from another object", useStateForUnknown, { priorIsOwn: false }, {}],
    ["keepWhileUnknown keeps what is remembered", keepWhileUnknown, { config: UNKNOWN }, { planned: "a" }],
    ["keepWhileUnknown does not keep nothing", keepWhileUnknown, { config: UNKNOWN, prior: null }, {}],
    ["keepWhileUnknown leaves what is known", keepWhileUnknown, { config: "b", planned: "b" }, {}],
    ["keepWhileUnknown takes nothing from another object", keepWhileUnknown, { priorIsOwn: false }, {}],
    ["requiresReplace sees a change", requiresReplace, { planned: "b" }, REPLACE],
    ["requiresReplace takes unknown for a change", requiresReplace, {}, REPLACE],
    ["requiresReplace takes removal for a change", requiresReplace, { planned: null }, REPLACE],
    [
      "requiresReplace sees a change in another object at this place",
      requiresReplace,
      { planned: "b", priorIsOwn: false },
      REPLACE,
    ],
    ["requiresReplace sees no change", requiresReplace, { planned: "a" }, {}],
    ["requiresReplace replaces nothing on create", requiresReplace, { ...create, planned: "b" }, {}],
    ["requiresReplaceIf calls its condition", ifLong, { planned: "bb" }, REPLACE],
    ["requiresReplaceIf heeds its condition", ifLong, { planned: "b" }, {}],
    ["requiresReplaceIf needs a change", ifLong, { planned: "aa", prior: "aa" }, {}],
  ])("%s", (_what, modifier, request, response) => {
    expect(modifier({ ...update, ...request })).toEqual(response);
  });
});
