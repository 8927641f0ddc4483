/** A type of Terraform's type system, in the JSON form in which schemas carry it. */
export type CtyType =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list", CtyType]
  | readonly ["set", CtyType]
  | readonly ["map", CtyType]
  | readonly ["tuple", readonly CtyType[]]
  | readonly ["object", Readonly<Record<string, CtyType>>];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads the JSON of a type; throws where Terraform would crash. */
export function parseType(json: string): CtyType {
  return checkType(JSON.parse(json));
}

function checkType(value: unknown): CtyType {
  if (value === "string" || value === "number" || value === "bool" || value === "dynamic") return value;
  if (Array.isArray(value)) {
    const [kind, inner]: unknown[] = value;
    if (kind === "list" || kind === "set" || kind === "map") return [kind, checkType(inner)];
    if (kind === "tuple" && Array.isArray(inner)) return ["tuple", inner.map(checkType)];
    if (kind === "object" && isRecord(inner)) {
      return [
        "object",
        Object.fromEntries(Object.entries(inner).map(([name, type]) => [name, checkType(type)])),
      ];
    }
  }
  throw new Error(`not a type: ${JSON.stringify(value)}`);
}

/** The compact JSON of a type, object attributes sorted by name, as Terraform writes it. */
export function typeJson(type: CtyType): string {
  if (typeof type === "string") return JSON.stringify(type);
  switch (type[0]) {
    case "tuple":
      return `["tuple",[${type[1].map(typeJson).join(",")}]]`;
    case "object": {
      const names = Object.keys(type[1]).sort();
      const attributes = names.map(
        (name) => `${JSON.stringify(name)}:${typeJson(type[1][name] ?? "dynamic")}`,
      );
      return `["object",{${attributes.join(",")}}]`;
    }
    default:
      return `["${type[0]}",${typeJson(type[1])}]`;
  }
}

/** Whether a type holds `dynamic` anywhere. */
export function hasDynamic(type: CtyType): boolean {
  if (typeof type === "string") return type === "dynamic";
  if (type[0] === "tuple") return type[1].some(hasDynamic);
  if (type[0] === "object") return Object.values(type[1]).some(hasDynamic);
  return hasDynamic(type[1]);
}
