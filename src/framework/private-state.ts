/**
 * Private data that travels beside a state and that Terraform never shows. On the wire it is a JSON object whose
 * values are base64 of JSON, as providers made with the Go framework write it, so that states can be adopted.
 * Unknown keys are kept as they are.
 */
export interface PrivateState {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  remove(key: string): void;
  /** The bytes to return: byte for byte what came in, if nothing was changed. */
  toBytes(): Uint8Array;
}

export function createPrivateState(bytes: Uint8Array = new Uint8Array()): PrivateState {
  let entries: Map<string, unknown> | undefined;
  let changed = false;
  const read = (): Map<string, unknown> => {
    entries ??= new Map(Object.entries(parseObject(bytes)));
    return entries;
  };
  return {
    get(key) {
      const encoded = read().get(key);
      return typeof encoded === "string" ? parseJson(Buffer.from(encoded, "base64").toString()) : undefined;
    },
    set(key, value) {
      read().set(key, Buffer.from(JSON.stringify(value)).toString("base64"));
      changed = true;
    },
    remove(key) {
      if (read().delete(key)) changed = true;
    },
    toBytes() {
      if (!changed) return bytes;
      return read().size === 0 ? new Uint8Array() : Buffer.from(JSON.stringify(Object.fromEntries(read())));
    },
  };
}

/** Private data in another format (not an object) is dropped on the first change, never an error. */
function parseObject(bytes: Uint8Array): object {
  const parsed = bytes.length === 0 ? undefined : parseJson(Buffer.from(bytes).toString());
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
