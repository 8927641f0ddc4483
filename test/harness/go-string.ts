import type { CtyType } from "./type.ts";
import { elements, isDynamic, isNumber, isUnknown, members, numberText, type Value } from "./value.ts";

const PRIMITIVES = {
  string: "cty.String",
  number: "cty.Number",
  bool: "cty.Bool",
  dynamic: "cty.DynamicPseudoType",
};

function typeName(type: CtyType): string {
  if (typeof type === "string") return PRIMITIVES[type];
  const [kind, inner] = type;
  if (kind === "tuple") return `cty.Tuple([]cty.Type{${inner.map(typeName).join(", ")}})`;
  if (kind === "object") {
    const attributes = Object.entries(inner)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, attribute]) => `${JSON.stringify(name)}:${typeName(attribute)}`);
    return `cty.Object(map[string]cty.Type{${attributes.join(", ")}})`;
  }
  return `cty.${kind[0]?.toUpperCase()}${kind.slice(1)}(${typeName(inner)})`;
}

/** A value as Terraform prints it in messages about a provider's bugs: `cty.StringVal("a")`, `cty.NullVal(cty.Number)`. */
export function goString(type: CtyType, value: Value): string {
  if (isUnknown(value)) return type === "dynamic" ? "cty.DynamicVal" : `cty.UnknownVal(${typeName(type)})`;
  if (value === null) return `cty.NullVal(${typeName(type)})`;
  if (isDynamic(value)) return goString(value.type, value.value);
  if (typeof value === "string") return `cty.StringVal(${JSON.stringify(value)})`;
  if (typeof value === "boolean") return value ? "cty.True" : "cty.False";
  if (isNumber(value)) {
    const text = numberText(value);
    return text.includes(".") ? `cty.NumberFloatVal(${text})` : `cty.NumberIntVal(${text})`;
  }
  if (typeof type === "string") return String(value);
  const [kind, inner] = type;
  switch (kind) {
    case "list":
    case "set": {
      const name = kind === "list" ? "List" : "Set";
      const parts = elements(value).map((element) => goString(inner, element));
      return parts.length === 0
        ? `cty.${name}ValEmpty(${typeName(inner)})`
        : `cty.${name}Val([]cty.Value{${parts.join(", ")}})`;
    }
    case "tuple":
      return `cty.TupleVal([]cty.Value{${elements(value)
        .map((element, index) => goString(inner[index] ?? "dynamic", element))
        .join(", ")}})`;
    case "map":
    case "object": {
      const entries = Object.entries(members(value)).sort(([a], [b]) => (a < b ? -1 : 1));
      const parts = entries.map(([name, member]) => {
        const memberType = kind === "map" ? inner : (inner[name] ?? "dynamic");
        return `${JSON.stringify(name)}:${goString(memberType, member)}`;
      });
      if (kind === "map" && parts.length === 0) return `cty.MapValEmpty(${typeName(inner)})`;
      if (kind === "object" && parts.length === 0) return "cty.EmptyObjectVal";
      return `cty.${kind === "map" ? "Map" : "Object"}Val(map[string]cty.Value{${parts.join(", ")}})`;
    }
  }
}
