import type { PathMessage } from "./messages.ts";
import type { CtyType } from "./type.ts";
import { isDynamic, isUnknown, type Value } from "./value.ts";

/** A place inside a value: attribute names and element keys, in order. */
export type Path = ReadonlyArray<{ readonly attribute: string } | { readonly key: string | number | Value }>;

/** `.nest.list[0].map["k"]`, as Terraform writes a path behind a resource's address. */
export function formatPath(path: Path): string {
  return path
    .map((step) => {
      if ("attribute" in step) return `.${step.attribute}`;
      return typeof step.key === "string" || typeof step.key === "number"
        ? `[${JSON.stringify(step.key)}]`
        : "[...]";
    })
    .join("");
}

/** Reads a path from the wire; throws on a step that selects nothing. */
export function readPath(message: PathMessage): Path {
  return message.steps.map((step) => {
    switch (step.selector) {
      case "attributeName":
        return { attribute: step.attributeName ?? "" };
      case "elementKeyString":
        return { key: step.elementKeyString ?? "" };
      case "elementKeyInt":
        return { key: Number(step.elementKeyInt) };
      default:
        throw new Error("a path step selects nothing");
    }
  });
}

/** The type and value at a path. Undefined when the path does not exist there; unknown when it leads into an unknown value. */
export function valueAt(
  type: CtyType,
  value: Value,
  path: Path,
): { type: CtyType; value: Value } | undefined {
  let at: { type: CtyType; value: Value } | undefined = { type, value };
  for (const step of path) {
    if (at === undefined) return undefined;
    at = stepInto(at.type, at.value, step);
  }
  return at;
}

function stepInto(
  type: CtyType,
  value: Value,
  step: Path[number],
): { type: CtyType; value: Value } | undefined {
  if (isDynamic(value)) return stepInto(value.type, value.value, step);
  if (typeof type === "string") return undefined;
  const member = "attribute" in step ? step.attribute : step.key;
  const [kind, inner] = type;
  if (kind === "object") {
    if (!("attribute" in step)) return undefined;
    const memberType = inner[step.attribute];
    if (memberType === undefined) return undefined;
    return { type: memberType, value: childOf(value, step.attribute) ?? null };
  }
  if ("attribute" in step) return undefined;
  const elementType = kind === "tuple" ? inner[Number(member)] : inner;
  if (elementType === undefined || kind === "set") return undefined;
  if (kind === "map" ? typeof member !== "string" : typeof member !== "number") return undefined;
  const child = childOf(value, member as string | number);
  return child === undefined ? undefined : { type: elementType, value: child };
}

function childOf(value: Value, key: string | number): Value | undefined {
  if (isUnknown(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return (value as unknown as Readonly<Record<string | number, Value>>)[key];
}

/**
 * Whether a path can exist in a value of this type, whatever the value: attribute steps into objects, keys of the right kind
 * into collections.
 */
export function pathFits(type: CtyType, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined || type === "dynamic") return true;
  if (typeof type === "string") return false;
  const [kind, inner] = type;
  if (kind === "object") {
    const member = "attribute" in step ? inner[step.attribute] : undefined;
    return member !== undefined && pathFits(member, rest);
  }
  if ("attribute" in step) return false;
  if (kind === "set") return pathFits(inner, rest);
  if (kind === "map") return typeof step.key === "string" && pathFits(inner, rest);
  if (typeof step.key !== "number" || step.key < 0) return false;
  if (kind === "list") return pathFits(inner, rest);
  const member = inner[step.key];
  return member !== undefined && pathFits(member, rest);
}
