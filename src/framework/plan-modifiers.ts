import type { Diagnostic } from "./diagnostics.ts";
import type { Path } from "./path.ts";
import type { Type } from "./type.ts";
import { equalValues, isUnknown, type Value } from "./value.ts";

export interface PlanModifierRequest {
  readonly path: Path;
  readonly type: Type;
  /** What the configuration says, possibly unknown. */
  readonly config: Value;
  /** The prior state; null as well where there is none. */
  readonly prior: Value;
  /**
   * Whether `prior` belongs to the same object as `planned`. False on create, in an object that is new, and in an element
   * of a list or set that is configured otherwise than the one remembered at its place.
   */
  readonly priorIsOwn: boolean;
  /** Whether the resource exists: false on create. */
  readonly exists: boolean;
  /** What is planned so far. */
  readonly planned: Value;
}

export interface PlanModifierResponse {
  readonly planned?: Value;
  readonly requiresReplace?: true;
  readonly diagnostics?: readonly Diagnostic[];
}

/** Adjusts what is planned for one attribute. Deterministic: Terraform plans twice and compares. */
export type PlanModifier = (request: PlanModifierRequest) => PlanModifierResponse;

/** Keeps the prior value of a computed attribute instead of "known after apply", for values that never change. */
export const useStateForUnknown: PlanModifier = ({ priorIsOwn, prior, planned, config }) =>
  priorIsOwn && isUnknown(planned) && !isUnknown(config) ? { planned: prior } : {};

/**
 * Keeps the prior value while the configured one is unknown: that it may change is no reason to plan a change. A
 * later plan, which knows the value, shows the difference if there is one. The price: when something else changes in the
 * same apply and the value turns out to be another, Terraform stops that apply ("inconsistent final plan"). A resource avoids
 * that by planning nothing else meanwhile, in its own plan.
 */
export const keepWhileUnknown: PlanModifier = ({ priorIsOwn, prior, planned }) =>
  priorIsOwn && prior !== null && isUnknown(planned) ? { planned: prior } : {};

/** A change of this attribute destroys the object and creates a new one. */
export const requiresReplace: PlanModifier = ({ exists, prior, planned, type }) =>
  exists && !equalValues(prior, planned, type) ? { requiresReplace: true } : {};

/** As {@link requiresReplace}, only where `condition` holds; it is called only when the value changes. */
export function requiresReplaceIf(condition: (request: PlanModifierRequest) => boolean): PlanModifier {
  return (request) => {
    const changed = requiresReplace(request);
    return changed.requiresReplace && condition(request) ? changed : {};
  };
}
