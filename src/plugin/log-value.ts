const MAX_DEPTH = 8;

/** How much of the text of one value is kept, in UTF-16 units. */
export interface LogValueLimits {
  readonly maxTextLength: number;
}

/**
 * Anything as plain JSON data. Nothing throws and nothing is lost silently: bigints become text, errors their message, code,
 * stack and cause, bytes their length, and cycles, depths and values that cannot be read are named as such.
 */
export function toLogValue(
  value: unknown,
  limits: LogValueLimits,
  ancestors: readonly object[] = [],
): unknown {
  switch (typeof value) {
    case "string":
      return shorten(value, limits);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
    case "undefined":
      return value;
    case "object":
      if (value === null) return null;
      if (ancestors.includes(value)) return "[circular]";
      if (ancestors.length >= MAX_DEPTH) return "[nested too deeply]";
      try {
        return fromObject(value, limits, [...ancestors, value]);
      } catch {
        return "[unreadable]";
      }
    default:
      return shorten(String(value), limits);
  }
}

function fromObject(value: object, limits: LogValueLimits, ancestors: readonly object[]): unknown {
  const convert = (item: unknown): unknown => toLogValue(item, limits, ancestors);
  if (value instanceof Error) {
    const { code } = value as NodeJS.ErrnoException;
    const { name, message, stack, cause } = value;
    return convertEntries(Object.entries({ name, message, code, stack, cause }), convert);
  }
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => convert(item) ?? null);
  if (value instanceof Map) return convertEntries([...value], convert);
  if (value instanceof Set) return [...value].map(convert);
  if ("toJSON" in value && typeof value.toJSON === "function") return convert(value.toJSON());
  return convertEntries(Object.entries(value), convert);
}

function convertEntries(
  entries: readonly (readonly [unknown, unknown])[],
  convert: (item: unknown) => unknown,
) {
  return Object.fromEntries(entries.map(([key, item]) => [String(key), convert(item)]));
}

function shorten(text: string, { maxTextLength }: LogValueLimits): string {
  if (text.length <= maxTextLength) return text;
  return `${text.slice(0, maxTextLength)}… (${text.length} characters)`;
}
