import {
  BOOL,
  DYNAMIC,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  STRING,
  setOf,
  type Type,
  tupleOf,
} from "../framework/type.ts";
import { CodecError } from "./codec-error.ts";
import { MAX_DEPTH } from "./limits.ts";

const PRIMITIVES: ReadonlyMap<unknown, Type> = new Map<unknown, Type>([
  ["string", STRING],
  ["number", NUMBER],
  ["bool", BOOL],
  ["dynamic", DYNAMIC],
]);

const COLLECTIONS: ReadonlyMap<unknown, (element: Type) => Type> = new Map<unknown, (element: Type) => Type>([
  ["list", listOf],
  ["set", setOf],
  ["map", mapOf],
]);

/** The JSON form in which types travel: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`. */
export function typeToJson(type: Type): unknown {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return [type.kind, typeToJson(type.element)];
    case "tuple":
      return ["tuple", type.elements.map(typeToJson)];
    case "object":
      return ["object", Object.fromEntries([...type.attributes].map(([name, t]) => [name, typeToJson(t)]))];
    default:
      return type.kind;
  }
}

/**
 * Reads a type from the text of its JSON form. A third element of an object (names of optional attributes) is dropped.
 *
 * @throws CodecError when the text is not a type.
 */
export function parseType(text: string): Type {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CodecError("a type is not valid JSON");
  }
  return typeFromJson(json, 0);
}

/** As {@link parseType}, for JSON that is parsed already. */
export function typeFromJson(json: unknown, depth = 0): Type {
  if (depth > MAX_DEPTH) throw new CodecError(`a type is nested more than ${MAX_DEPTH} levels deep`);
  const primitive = PRIMITIVES.get(json);
  if (primitive) return primitive;
  if (Array.isArray(json)) {
    const [kind, inner] = json as readonly unknown[];
    const collection = COLLECTIONS.get(kind);
    if (collection) return collection(typeFromJson(inner, depth + 1));
    if (kind === "tuple" && Array.isArray(inner)) {
      return tupleOf(inner.map((element) => typeFromJson(element, depth + 1)));
    }
    if (kind === "object" && typeof inner === "object" && inner !== null) {
      return objectOf(
        new Map(Object.entries(inner).map(([name, type]) => [name, typeFromJson(type, depth + 1)])),
      );
    }
  }
  throw new CodecError("a type is not one of Terraform's");
}
