import { FunctionError, type ProviderFunction } from "../../framework/function.ts";
import { dynamicAttribute } from "../../framework/schema.ts";
import { DYNAMIC, type Type } from "../../framework/type.ts";
import { DynamicValue, isList, isObject, type Value } from "../../framework/value.ts";

const parameters = {
  images: dynamicAttribute({
    required: true,
    description:
      "A list of images, such as `images` of `kakaocloud_images`; or of anything else that has a `created_at`.",
  }),
};

/** `newest`: the newest of a list. Takes and returns any type, so that the result has all attributes of the list's elements. */
export const newestFunction: ProviderFunction<typeof parameters> = {
  summary: "Newest image of a list",
  description:
    "Returns the element with the latest `created_at`. Of equally new ones it is the first in the list. Elements that are null are " +
    "skipped, and those whose `created_at` is null count as the oldest. Fails for an empty list.",
  parameters,
  returns: DYNAMIC,
  call({ images }) {
    const { elements, typeOf } = readList(images);
    let newest: { readonly index: number; readonly at: number } | undefined;
    for (const [index, element] of elements.entries()) {
      if (element === null) continue;
      const at = createdAt(element, index);
      if (newest === undefined || at > newest.at) newest = { index, at };
    }
    if (newest === undefined) {
      throw new FunctionError(
        "the list is empty: there is no newest element. Check the filter of the list",
        0,
      );
    }
    return new DynamicValue(typeOf(newest.index), elements[newest.index] ?? null);
  },
};

function readList(argument: Value): {
  readonly elements: readonly Value[];
  typeOf(index: number): Type;
} {
  const { type, value } = argument instanceof DynamicValue ? argument : { type: DYNAMIC, value: argument };
  const isSequence = type.kind === "list" || type.kind === "set" || type.kind === "tuple";
  if (!isSequence || !isList(value)) throw new FunctionError("a list of objects is required", 0);
  return {
    elements: value,
    typeOf: (index) => (type.kind === "tuple" ? (type.elements[index] ?? DYNAMIC) : type.element),
  };
}

/** Epoch milliseconds; before all others where there is no time. */
function createdAt(element: Value, index: number): number {
  if (!isObject(element) || !Object.hasOwn(element, "created_at")) {
    throw new FunctionError(`element ${index} has no attribute created_at`, 0);
  }
  const { created_at: time } = element;
  if (time === null) return Number.NEGATIVE_INFINITY;
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new FunctionError(`created_at of element ${index} is not a time: ${JSON.stringify(time)}`, 0);
}
