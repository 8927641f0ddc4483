import { goString } from "./go-string.ts";
import { formatPath, type Path } from "./path.ts";
import { childOf, type Report, reportsNothing, uncorrelated } from "./problems.ts";
import { type Attribute, type Block, elementType, type NestedBlock, type NestedObject } from "./schema.ts";
import { elements, isUnknown, members, sameValue, type Value } from "./value.ts";

/**
 * Terraform's rules for what a provider may plan, given the prior state (null for a create) and the configuration. Returns
 * Terraform's words for every rule broken, none for a valid plan.
 */
export function planProblems(block: Block, prior: Value, config: Value, planned: Value): string[] {
  const problems: string[] = [];
  checkBlock(block, prior, config, planned, [], (path, what) =>
    problems.push(`${formatPath(path)}: ${what}`),
  );
  return problems;
}

/** Reports a value that exists on one side only; true when there is nothing left to compare. */
function checkPresence(config: Value, planned: Value, path: Path, report: Report): boolean {
  if (planned === null && config !== null) report(path, "planned for absence but config wants existence");
  else if (config === null && planned !== null)
    report(path, "planned for existence but config wants absence");
  else return planned === null;
  return true;
}

function checkBlock(
  block: Pick<Block, "attributes" | "blocks">,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
  report: Report,
): void {
  if (checkPresence(config, planned, path, report)) return;
  if (isUnknown(planned)) {
    if (!isUnknown(config)) report(path, "planned unknown for configured value");
    return;
  }
  for (const [name, attribute] of block.attributes) {
    const at = [...path, { attribute: name }];
    checkAttribute(
      attribute,
      childOf(prior, name),
      childOf(config, name),
      childOf(planned, name),
      at,
      report,
    );
  }
  for (const [name, nested] of block.blocks) {
    const at = [...path, { attribute: name }];
    checkNestedBlock(nested, childOf(prior, name), childOf(config, name), childOf(planned, name), at, report);
  }
}

function checkAttribute(
  attribute: Attribute,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
  report: Report,
): void {
  const { type } = attribute;
  if (attribute.writeOnly) return; // has a rule of its own
  if (sameValue(type, planned, config)) return;
  if (config !== null && prior !== null && sameValue(type, planned, prior)) return;
  if (config === null) {
    if (attribute.computed) return;
    report(
      path,
      attribute.sensitive
        ? "sensitive planned value for a non-computed attribute"
        : `planned value ${goString(type, planned)} for a non-computed attribute`,
    );
    return;
  }
  if (attribute.nested !== null) {
    checkNested(attribute.nested, prior, config, planned, path, report);
    return;
  }
  if (attribute.sensitive) {
    report(path, "sensitive planned value does not match config value");
    return;
  }
  const nor = prior === null ? "" : ` nor prior value ${goString(type, prior)}`;
  report(
    path,
    `planned value ${goString(type, planned)} does not match config value ${goString(type, config)}${nor}`,
  );
}

function checkNested(
  nested: NestedObject,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
  report: Report,
): void {
  if (checkPresence(config, planned, path, report)) return;
  if (isUnknown(planned)) {
    if (!isUnknown(config)) report(path, "planned unknown for configured value");
    return;
  }
  if (isUnknown(config)) {
    report(path, "planned a known value for an unknown configured value");
    return;
  }
  const checkElement = (before: Value, configured: Value, element: Value, at: Path): void => {
    checkBlock(blockOf(nested), before, configured, element, at, report);
  };
  switch (nested.nesting) {
    case "single": {
      checkElement(prior, config, planned, path);
      return;
    }
    case "list": {
      const count = [elements(planned).length, elements(config).length];
      if (count[0] !== count[1]) {
        report(path, countProblem(count));
        return;
      }
      elements(planned).forEach((element, index) => {
        const before = prior === null || isUnknown(prior) ? null : (elements(prior)[index] ?? null);
        checkElement(before, elements(config)[index] ?? null, element, [...path, { key: index }]);
      });
      return;
    }
    case "map": {
      const [have, want] = [members(planned), members(config)];
      for (const key of Object.keys(have)) {
        if (!Object.hasOwn(want, key))
          report(path, `map key ${JSON.stringify(key)} from plan is not present in config`);
      }
      for (const [key, element] of Object.entries(want)) {
        const at = [...path, { key }];
        if (!Object.hasOwn(have, key))
          report(path, `map key ${JSON.stringify(key)} from config is not present in plan`);
        else checkElement(childOf(prior, key), element, have[key] ?? null, at);
      }
      return;
    }
    case "set": {
      // Elements cannot be distinguished once the provider fills something in: Terraform counts them only.
      const count = [elements(planned).length, elements(config).length];
      if (count[0] !== count[1]) {
        report(path, countProblem(count));
      }
      // Stricter than Terraform: each planned element must be a valid plan for some configured one.
      const befores = prior === null || isUnknown(prior) ? [null] : [null, ...elements(prior)];
      const isPlanFor = (element: Value, candidate: Value) =>
        befores.some((before) =>
          reportsNothing((inside) => checkBlock(blockOf(nested), before, candidate, element, path, inside)),
        );
      for (const element of unpaired(elements(planned), elements(config), isPlanFor)) {
        report(path, `planned set element ${goString(elementType(nested), element)} was not configured`);
      }
      return;
    }
  }
}

/**
 * Pairs as many of `left` as can be, each with one of `right` of its own (augmenting paths: a pair is undone when its other half
 * finds another one), and returns those that found none.
 */
export function unpaired<Item>(
  left: readonly Item[],
  right: readonly Item[],
  fits: (left: Item, right: Item) => boolean,
): readonly Item[] {
  /** By index of `right`: which of `left` it belongs to. */
  const owners = new Map<number, Item>();
  const pair = (item: Item, tried: Set<number>): boolean =>
    right.some((candidate, index) => {
      if (tried.has(index) || !fits(item, candidate)) return false;
      tried.add(index);
      const owner = owners.get(index);
      if (owners.has(index) && !pair(owner as Item, tried)) return false;
      owners.set(index, item);
      return true;
    });
  return left.filter((item) => !pair(item, new Set()));
}

/** Terraform prints these two counts, and no others, as values of its own type system. */
const countProblem = (counts: readonly (number | undefined)[]): string => {
  const [plan, config] = counts.map((count) => goString("number", count ?? 0));
  return `count in plan (${plan}) disagrees with count in config (${config})`;
};

/** What Terraform checks in each object of a nested attribute: what it checks in a block without blocks. */
const blockOf = ({ attributes }: NestedObject) => ({ attributes, blocks: new Map() });

function checkNestedBlock(
  nested: NestedBlock,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
  report: Report,
): void {
  const { nesting, block, type } = nested;
  if (sameValue(type, planned, config)) return;
  if (isUnknown(config)) {
    report(path, `planned value ${goString(type, planned)} for unknown dynamic block`);
    return;
  }
  if (isUnknown(planned)) {
    report(
      path,
      "attribute representing nested block must not be unknown itself; set nested attribute values to unknown instead",
    );
    return;
  }
  if (nesting === "single" || nesting === "group") {
    checkBlock(block, prior, config, planned, path, report);
    return;
  }
  if (planned === null) {
    report(
      path,
      `attribute representing a ${nesting} of nested blocks must be empty to indicate no blocks, not null`,
    );
    return;
  }
  if (config === null) {
    report(path, "the configuration holds null for blocks: a bug in this harness");
    return;
  }
  if (nesting === "map") {
    const [have, want] = [members(planned), members(config)];
    for (const key of Object.keys(have)) {
      if (!Object.hasOwn(want, key))
        report(path, `block key ${JSON.stringify(key)} from plan is not present in config`);
    }
    for (const [key, element] of Object.entries(want)) {
      if (!Object.hasOwn(have, key))
        report(path, `block key ${JSON.stringify(key)} from config is not present in plan`);
      else
        checkBlockElement(block, childOf(prior, key), element, have[key] ?? null, [...path, { key }], report);
    }
    return;
  }
  const [have, want] = [elements(planned), elements(config)];
  if (nesting === "list") {
    if (have.length !== want.length) {
      report(path, `block count in plan (${have.length}) disagrees with count in config (${want.length})`);
      return;
    }
    have.forEach((element, index) => {
      const before = prior === null || isUnknown(prior) ? null : (elements(prior)[index] ?? null);
      checkBlockElement(block, before, want[index] ?? null, element, [...path, { key: index }], report);
    });
    return;
  }
  const problems = uncorrelated(block.type, have, want, "planned", "config", (element, candidate) =>
    reportsNothing((inside) => checkBlock(block, null, candidate, element, path, inside)),
  );
  for (const problem of problems) {
    report(path, problem);
  }
}

function checkBlockElement(
  block: Block,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
  report: Report,
): void {
  if (isUnknown(planned) && !isUnknown(config)) {
    report(
      path,
      "element representing nested block must not be unknown itself; set nested attribute values to unknown instead",
    );
    return;
  }
  checkBlock(block, prior, config, planned, path, report);
}
