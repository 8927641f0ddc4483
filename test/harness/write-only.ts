import { formatPath, type Path } from "./path.ts";
import { childOf } from "./problems.ts";
import type { Attribute, Block, NestedBlock } from "./schema.ts";
import { elements, isUnknown, members, type Value } from "./value.ts";

/** Paths of write-only attributes that hold a value in something the provider returned; all of them must be null. */
export function writeOnlyValues(block: Block, value: Value): string[] {
  const found: string[] = [];
  const visitAttributes = (attributes: ReadonlyMap<string, Attribute>, object: Value, path: Path): void => {
    if (object === null || isUnknown(object)) return;
    for (const [name, attribute] of attributes) {
      const at = [...path, { attribute: name }];
      const child = childOf(object, name);
      if (attribute.writeOnly && child !== null) found.push(formatPath(at));
      const { nested } = attribute;
      if (nested === null || child === null || isUnknown(child)) continue;
      for (const [key, element] of entriesOf(nested.nesting, child)) {
        visitAttributes(nested.attributes, element, key === null ? at : [...at, { key }]);
      }
    }
  };
  const visitBlock = (inner: Block, object: Value, path: Path): void => {
    if (object === null || isUnknown(object)) return;
    visitAttributes(inner.attributes, object, path);
    for (const [name, nested] of inner.blocks) {
      const child = childOf(object, name);
      if (child === null || isUnknown(child)) continue;
      for (const [key, element] of entriesOf(nested.nesting, child)) {
        const at = [...path, { attribute: name }];
        visitBlock(nested.block, element, key === null ? at : [...at, { key }]);
      }
    }
  };
  visitBlock(block, value, []);
  return found;
}

/** The elements of a nested attribute or block with their keys; null is the key of a single one. */
function entriesOf(
  nesting: NestedBlock["nesting"],
  value: Value,
): ReadonlyArray<readonly [string | number | null, Value]> {
  if (nesting === "single" || nesting === "group") return [[null, value]];
  if (nesting === "map") return Object.entries(members(value));
  return elements(value).map((element, index) => [index, element] as const);
}
