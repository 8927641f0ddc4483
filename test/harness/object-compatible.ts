import { goString } from "./go-string.ts";
import { formatPath, type Path } from "./path.ts";
import { childOf, type Report, reportsNothing, uncorrelated } from "./problems.ts";
import type { Block } from "./schema.ts";
import { type CtyType, typeJson } from "./type.ts";
import {
  compareNumbers,
  elements,
  isDynamic,
  isNumber,
  isUnknown,
  isWhollyKnown,
  members,
  type RefinedUnknown,
  sameValue,
  UNKNOWN,
  type Value,
} from "./value.ts";

/**
 * Terraform's rules for what may become of a planned object when it is applied, or planned for a second time: what was known
 * stays. Returns Terraform's words for every rule broken, each with its path in front.
 */
export function compatibilityProblems(block: Block, planned: Value, actual: Value): string[] {
  const problems: string[] = [];
  checkObject(block, planned, actual, [], (path, what) => {
    problems.push(path.length === 0 ? what : `${formatPath(path)}: ${what}`);
  });
  return problems;
}

function checkObject(block: Block, planned: Value, actual: Value, path: Path, report: Report): void {
  const root = path.length === 0 ? "Root object " : "";
  if (planned === null && actual !== null) {
    report(path, `${root}was absent, but now present`);
    return;
  }
  if (planned !== null && actual === null) {
    report(path, `${root}was present, but now absent`);
    return;
  }
  if (planned === null) return;
  for (const [name, attribute] of block.attributes) {
    const at = [...path, { attribute: name }];
    let broken = false;
    checkValue(attribute.type, childOf(planned, name), childOf(actual, name), at, (where, what) => {
      if (attribute.sensitive) broken = true;
      else report(where, what);
    });
    if (broken) report(at, "inconsistent values for sensitive attribute");
  }
  for (const [name, { nesting, block: inner }] of block.blocks) {
    const at = [...path, { attribute: name }];
    const before = childOf(planned, name);
    const after = childOf(actual, name);
    if (nesting === "single" || nesting === "group") {
      if (isUnknown(before) && after === null) continue;
      checkObject(inner, before, after, at, report);
      continue;
    }
    if (before === null || after === null || isUnknown(before) || isUnknown(after)) {
      if (after === null) report(at, "blocks must be empty, not null");
      continue;
    }
    if (nesting === "map") {
      const [had, has] = [members(before), members(after)];
      for (const [key, element] of Object.entries(had)) {
        if (!(key in has)) report(at, `block key ${JSON.stringify(key)} has vanished`);
        else checkObject(inner, element, has[key] ?? null, [...at, { key }], report);
      }
      for (const key of Object.keys(has)) {
        if (!(key in had)) report(at, `new block key ${JSON.stringify(key)} has appeared`);
      }
      continue;
    }
    const [had, has] = [elements(before), elements(after)];
    if (nesting === "list") {
      if (had.length !== has.length) {
        report(at, `block count changed from ${had.length} to ${has.length}`);
        continue;
      }
      had.forEach((element, index) => {
        checkObject(inner, element, has[index] ?? null, [...at, { key: index }], report);
      });
      continue;
    }
    for (const problem of uncorrelated(inner.type, had, has, "planned", "actual", (left, right) =>
      reportsNothing((inside) => checkObject(inner, left, right, at, inside)),
    )) {
      report(at, problem);
    }
    if (had.length < has.length) report(at, `block set length changed from ${had.length} to ${has.length}`);
  }
}

function checkValue(type: CtyType, planned: Value, actual: Value, path: Path, report: Report): void {
  if (isUnknown(planned)) {
    if (planned !== UNKNOWN && !conforms(planned as RefinedUnknown, type, actual)) {
      report(
        path,
        `final value ${goString(type, actual)} does not conform to planning placeholder ${goString(type, planned)}`,
      );
    }
    return;
  }
  if (actual === null) {
    if (planned !== null) report(path, `was ${goString(type, planned)}, but now null`);
    return;
  }
  if (planned === null) {
    report(path, `was null, but now ${goString(type, actual)}`);
    return;
  }
  if (isUnknown(actual)) {
    report(path, "was known, but now unknown");
    return;
  }
  if (type === "dynamic") {
    if (!isDynamic(planned) || !isDynamic(actual)) {
      report(path, "a dynamic value is not boxed");
      return;
    }
    if (typeJson(planned.type) !== typeJson(actual.type)) {
      report(path, `wrong final value type: was ${typeJson(planned.type)}, but now ${typeJson(actual.type)}`);
      return;
    }
    checkValue(planned.type, planned.value, actual.value, path, report);
    return;
  }
  if (typeof type === "string") {
    if (!sameValue(type, planned, actual)) {
      report(path, `was ${goString(type, planned)}, but now ${goString(type, actual)}`);
    }
    return;
  }
  const [kind, inner] = type;
  switch (kind) {
    case "list":
    case "tuple": {
      const [had, has] = [elements(planned), elements(actual)];
      had.forEach((element, index) => {
        const elementType = kind === "list" ? inner : (inner[index] ?? "dynamic");
        if (index >= has.length) report(path, `element ${index} has vanished`);
        else checkValue(elementType, element, has[index] ?? null, [...path, { key: index }], report);
      });
      for (let index = had.length; index < has.length; index++)
        report(path, `new element ${index} has appeared`);
      return;
    }
    case "map": {
      const [had, has] = [members(planned), members(actual)];
      for (const [key, element] of Object.entries(had)) {
        if (!(key in has)) report(path, `element ${JSON.stringify(key)} has vanished`);
        else checkValue(inner, element, has[key] ?? null, [...path, { key }], report);
      }
      for (const key of Object.keys(has)) {
        if (!(key in had)) report(path, `new element ${JSON.stringify(key)} has appeared`);
      }
      return;
    }
    case "object":
      for (const [name, member] of Object.entries(inner)) {
        checkValue(
          member,
          childOf(planned, name),
          childOf(actual, name),
          [...path, { attribute: name }],
          report,
        );
      }
      return;
    case "set": {
      const [had, has] = [elements(planned), elements(actual)];
      for (const problem of uncorrelated(inner, had, has, "planned", "actual", (left, right) =>
        reportsNothing((inside) => checkValue(inner, left, right, path, inside)),
      )) {
        report(path, problem);
      }
      if (had.length < has.length) report(path, `length changed from ${had.length} to ${has.length}`);
    }
  }
}

/** Whether a value keeps what a refined unknown promised. */
function conforms({ refinement }: RefinedUnknown, type: CtyType, actual: Value): boolean {
  if (isUnknown(actual)) return true;
  if (actual === null) return refinement.notNull !== true;
  const inner = isDynamic(actual) ? actual.value : actual;
  if (
    refinement.prefix !== undefined &&
    !(typeof inner === "string" && inner.startsWith(refinement.prefix))
  ) {
    return false;
  }
  if (type === "number" && isNumber(inner)) {
    const { lower, upper } = refinement;
    const above = lower === undefined ? 1 : compareNumbers(inner, lower.bound);
    const below = upper === undefined ? -1 : compareNumbers(inner, upper.bound);
    if (above < 0 || (above === 0 && lower?.inclusive === false)) return false;
    if (below > 0 || (below === 0 && upper?.inclusive === false)) return false;
  }
  if (refinement.minLength !== undefined || refinement.maxLength !== undefined) {
    const length = Array.isArray(inner) ? inner.length : Object.keys(members(inner)).length;
    if (length < (refinement.minLength ?? 0) || length > (refinement.maxLength ?? Number.POSITIVE_INFINITY)) {
      return false;
    }
  }
  return true;
}

/** Paths inside a value that are still unknown, `.tags["a"]` for one. */
export function unknownPaths(type: CtyType, value: Value): string[] {
  const found: string[] = [];
  const visit = (innerType: CtyType, inner: Value, path: Path): void => {
    if (isUnknown(inner)) {
      found.push(formatPath(path));
      return;
    }
    if (isWhollyKnown(inner)) return;
    if (isDynamic(inner)) {
      visit(inner.type, inner.value, path);
      return;
    }
    if (typeof innerType === "string") return;
    const [kind, element] = innerType;
    if (kind === "object" || kind === "map") {
      for (const [name, member] of Object.entries(members(inner))) {
        if (kind === "map") visit(element, member, [...path, { key: name }]);
        else visit(element[name] ?? "dynamic", member, [...path, { attribute: name }]);
      }
      return;
    }
    elements(inner).forEach((member, index) => {
      visit(kind === "tuple" ? (element[index] ?? "dynamic") : element, member, [...path, { key: index }]);
    });
  };
  visit(type, value, []);
  return found;
}

/** The same value with null where it was unknown, as Terraform saves a result that should not have been. */
export function unknownAsNull(value: Value): Value {
  if (isUnknown(value)) return null;
  if (value === null || typeof value !== "object" || isNumber(value)) return value;
  if (isDynamic(value)) return { ...value, value: unknownAsNull(value.value) };
  if (Array.isArray(value)) return (value as readonly Value[]).map(unknownAsNull);
  return Object.fromEntries(
    Object.entries(members(value)).map(([name, member]) => [name, unknownAsNull(member)]),
  );
}
