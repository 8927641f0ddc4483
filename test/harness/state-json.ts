import { sortSet } from "./dynamic-value.ts";
import { type CtyType, typeJson } from "./type.ts";
import { elements, isDynamic, isNumber, isUnknown, members, numberText, type Value } from "./value.ts";

const INDENT = "  ";

/**
 * The JSON by which Terraform stores a value in a state file and hands it to UpgradeResourceState: pretty-printed, numbers with
 * all their digits, sets sorted, dynamic values with their type. Throws on unknown values, which no state holds.
 */
export function stateJson(type: CtyType, value: Value): string {
  return render(type, value, "");
}

function render(type: CtyType, value: Value, indent: string): string {
  if (isUnknown(value)) throw new Error("a state holds no unknown values");
  if (value === null) return "null";
  const deeper = indent + INDENT;
  const object = (parts: readonly string[]): string => enclose("{", "}", parts, indent);
  if (type === "dynamic") {
    if (!isDynamic(value)) throw new Error("a dynamic value must be boxed with its type");
    return object([`"value": ${render(value.type, value.value, deeper)}`, `"type": ${typeJson(value.type)}`]);
  }
  if (type === "number") {
    if (!isNumber(value)) throw new Error("number is required");
    return numberText(value);
  }
  if (typeof type === "string") return JSON.stringify(value);
  const [kind, inner] = type;
  switch (kind) {
    case "list":
    case "set": {
      const given = kind === "set" ? sortSet(inner, elements(value)) : elements(value);
      return enclose(
        "[",
        "]",
        given.map((element) => render(inner, element, deeper)),
        indent,
      );
    }
    case "tuple":
      return enclose(
        "[",
        "]",
        elements(value).map((element, index) => render(inner[index] ?? "dynamic", element, deeper)),
        indent,
      );
    case "map":
    case "object": {
      const entries = Object.entries(members(value)).sort(([a], [b]) => (a < b ? -1 : 1));
      return object(
        entries.map(([name, member]) => {
          const memberType = kind === "map" ? inner : (inner[name] ?? "dynamic");
          return `${JSON.stringify(name)}: ${render(memberType, member, deeper)}`;
        }),
      );
    }
  }
}

function enclose(open: string, close: string, parts: readonly string[], indent: string): string {
  if (parts.length === 0) return open + close;
  const separator = `\n${indent}${INDENT}`;
  return `${open}${separator}${parts.join(`,${separator}`)}\n${indent}${close}`;
}
