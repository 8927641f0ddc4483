import type { PlanModifier } from "../framework/plan-modifiers.ts";
import { isList, type Value } from "../framework/value.ts";

/** Ids of projects by their lower-case form, which is what identifies them; the values are as written. */
export type Ids = ReadonlyMap<string, string>;

/** Ids by their lower-case form. Of two spellings of one id the first counts. */
export function byLowerCase(ids: readonly string[]): Map<string, string> {
  return new Map(ids.map((id) => [id.toLowerCase(), id] as const).reverse());
}

/** Whether two sets of ids are the same but for the case of letters; false while any of them is unknown. */
export function sameIds(a: Value, b: Value): boolean {
  if (!isTexts(a) || !isTexts(b)) return false;
  const inA = byLowerCase(a);
  const inB = byLowerCase(b);
  return inA.size === inB.size && [...inA.keys()].every((id) => inB.has(id));
}

/** Keeps the prior set where the configured one only differs in the case of letters. */
export const keepSameIds: PlanModifier = ({ prior, planned }) =>
  sameIds(prior, planned) ? { planned: prior } : {};

/** As {@link keepSameIds}, for one id. */
export const keepSameId: PlanModifier = ({ prior, planned }) =>
  typeof prior === "string" && typeof planned === "string" && prior.toLowerCase() === planned.toLowerCase()
    ? { planned: prior }
    : {};

function isTexts(value: Value): value is readonly string[] {
  return isList(value) && value.every((element) => typeof element === "string");
}
