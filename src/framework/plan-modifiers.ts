import type { Diagnostic } from "./diagnostics.ts";
import type { Path } from "./path.ts";
import type { Type } from "./type.ts";
import { equalValues, isUnknown, type Value } from "./value.ts";

export interface PlanModifierRequest {
  readonly path: Path;
  readonly type: Type;
  /** What the configuration says, possibly unknown. */
  readonly config: Value;
  /** What is remembered; null as well where nothing is. */
  readonly prior: Value;
  /** Whether there is something to compare with: false on create, and for an element that is new in its list. */
  readonly hasPrior: boolean;
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

/** Keeps the remembered value of a computed attribute instead of "known after apply", for values that never change. */
export const useStateForUnknown: PlanModifier = ({ hasPrior, prior, planned, config }) =>
  hasPrior && isUnknown(planned) && !isUnknown(config) ? { planned: prior } : {};

/**
 * Keeps the remembered value while the configured one is unknown: that it may change is no reason to plan a change. The
 * plan that knows the value shows the difference, if there is one.
 */
export const keepWhileUnknown: PlanModifier = ({ prior, planned }) =>
  prior !== null && isUnknown(planned) ? { planned: prior } : {};

/** A change of this attribute destroys the object and makes a new one. */
export const requiresReplace: PlanModifier = ({ hasPrior, prior, planned, type }) =>
  hasPrior && !equalValues(prior, planned, type) ? { requiresReplace: true } : {};

/** As {@link requiresReplace}, only where `condition` holds; it is asked only when the value changes. */
export function requiresReplaceIf(condition: (request: PlanModifierRequest) => boolean): PlanModifier {
  return (request) => {
    const changed = requiresReplace(request);
    return changed.requiresReplace && condition(request) ? changed : {};
  };
}
