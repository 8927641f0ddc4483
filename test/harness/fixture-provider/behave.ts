import type { Logger } from "../../../src/base/log.ts";
import { DiagnosticError, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import { OperationStopped } from "../../../src/framework/operation-stopped.ts";
import { STRING, type Type } from "../../../src/framework/type.ts";
import {
  DynamicValue,
  isList,
  isMap,
  isObject,
  isUnknown,
  type Value,
} from "../../../src/framework/value.ts";

/** A failure of the imagined API. */
export const apiError = (what: string): DiagnosticError =>
  new DiagnosticError(errorDiagnostic(`Unable to ${what}`, "The imagined API says no."));

/** Waits until the operation is stopped, writes that down, and fails as a resource does. */
export async function waitForTheEnd(call: {
  readonly signal: AbortSignal;
  readonly log: Logger;
}): Promise<never> {
  const { signal, log } = call;
  log.info("waiting");
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }
  const reason = signal.reason instanceof OperationStopped ? signal.reason.reason : "unknown";
  log.info("stopped", { reason });
  throw new DiagnosticError(errorDiagnostic("Operation Ended", `The operation had to end: ${reason}.`));
}

/** The value with something for everything unknown, as an API would have set it. */
export function fillUnknowns(type: Type, value: Value | undefined): Value {
  if (value === undefined || value === null) return null;
  if (isUnknown(value)) return madeUp(type);
  switch (type.kind) {
    case "list":
    case "set":
      return isList(value) ? value.map((element) => fillUnknowns(type.element, element)) : value;
    case "tuple":
      return isList(value)
        ? value.map((element, index) => fillUnknowns(type.elements[index] ?? STRING, element))
        : value;
    case "map":
      return isMap(value)
        ? new Map([...value].map(([key, element]) => [key, fillUnknowns(type.element, element)]))
        : value;
    case "object":
      return isObject(value)
        ? Object.fromEntries(
            [...type.attributes].map(([name, member]) => [name, fillUnknowns(member, value[name])]),
          )
        : value;
    default:
      return value;
  }
}

let count = 0;

function madeUp(type: Type): Value {
  switch (type.kind) {
    case "string":
      count += 1;
      return `made-${count}`;
    case "number":
      return 1;
    case "bool":
      return true;
    case "dynamic":
      return new DynamicValue(STRING, "made");
    case "map":
      return new Map();
    case "object":
      return Object.fromEntries([...type.attributes].map(([name, member]) => [name, madeUp(member)]));
    default:
      return [];
  }
}
