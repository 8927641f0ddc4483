/** The types a Terraform value can have (cty's type system). */
export type Type =
  | { readonly kind: "string" | "number" | "bool" | "dynamic" }
  | { readonly kind: "list" | "set" | "map"; readonly element: Type }
  | { readonly kind: "tuple"; readonly elements: readonly Type[] }
  | ObjectType;

export interface ObjectType {
  readonly kind: "object";
  readonly attributes: ReadonlyMap<string, Type>;
}

export const STRING: Type = { kind: "string" };
export const NUMBER: Type = { kind: "number" };
export const BOOL: Type = { kind: "bool" };
/** Any type; a value of it carries its own type beside it, see `DynamicValue`. */
export const DYNAMIC: Type = { kind: "dynamic" };

export const listOf = (element: Type): Type => ({ kind: "list", element });
export const setOf = (element: Type): Type => ({ kind: "set", element });
export const mapOf = (element: Type): Type => ({ kind: "map", element });
export const tupleOf = (elements: readonly Type[]): Type => ({ kind: "tuple", elements });

/** An object type. Its attributes are kept in the order of their names, which is the order they are encoded in. */
export function objectOf(attributes: Readonly<Record<string, Type>> | ReadonlyMap<string, Type>): ObjectType {
  const entries = attributes instanceof Map ? [...attributes] : Object.entries(attributes);
  return { kind: "object", attributes: new Map(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) };
}
