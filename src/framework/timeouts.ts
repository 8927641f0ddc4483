import { DurationError, durationToMs, parseDuration } from "../base/duration.ts";
import { DiagnosticError, errorDiagnostic } from "./diagnostics.ts";
import { attributePath } from "./path.ts";
import { singleNestedAttribute, stringAttribute } from "./schema.ts";
import { duration } from "./validators.ts";
import { isObject, type Value } from "./value.ts";

/** The operations a user can put a time limit on. */
export type TimedOperation = "create" | "read" | "update" | "delete" | "list";

/** The built-in limit of each operation, in milliseconds. */
export type DefaultTimeouts = Readonly<Partial<Record<TimedOperation, number>>>;

/** The limit that bounds an operation. */
export interface TimeLimit {
  readonly operation: TimedOperation;
  readonly ms: number;
  /** Whether it is read from the state, so that a new value in the configuration applies only after an apply. */
  readonly savedInState: boolean;
}

const GRAMMAR =
  'A duration: decimal numbers with unit suffixes, for example "30s" or "2h45m". Units are "s" (seconds), "m" (minutes) and "h" (hours).';

const DESCRIPTIONS: Readonly<Record<TimedOperation, string>> = {
  create: GRAMMAR,
  read: `${GRAMMAR} Reads happen in every plan and refresh.`,
  update: GRAMMAR,
  delete: `${GRAMMAR} A delete timeout only applies once it is saved in the state, before the destroy.`,
  list: GRAMMAR,
};

const durationAttribute = (operation: TimedOperation) =>
  stringAttribute({ optional: true, description: DESCRIPTIONS[operation], validators: [duration] });

type DurationAttribute = ReturnType<typeof durationAttribute>;

/**
 * The `timeouts` attribute: optional and never computed, so that plan and state equal the configuration to the letter.
 * Its members are the operations named.
 */
export function timeoutsAttribute<const O extends TimedOperation>(...operations: readonly O[]) {
  const attributes = Object.fromEntries(operations.map((name) => [name, durationAttribute(name)]));
  return singleNestedAttribute(attributes as Readonly<Record<O, DurationAttribute>>, { optional: true });
}

/**
 * The time an operation may take, in milliseconds: what the `timeouts` value says, else the built-in default.
 * Zero and negative durations are valid and mean that no time is left.
 *
 * @throws DiagnosticError for a text that is not a duration: validation refuses it, but an older state may hold one.
 */
export function operationTimeoutMs(timeouts: Value, operation: TimedOperation, defaultMs: number): number {
  const configured = isObject(timeouts) ? timeouts[operation] : null;
  if (typeof configured !== "string") return defaultMs;
  try {
    return durationToMs(parseDuration(configured));
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    const detail = `The value of timeouts.${operation} is not a duration: ${error.message}.`;
    throw new DiagnosticError(
      errorDiagnostic("Timeout Cannot Be Parsed", detail, attributePath("timeouts", operation)),
    );
  }
}
