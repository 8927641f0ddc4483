/** A stream of pseudo-random values that is the same for the same seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [minimum, maximum], both included. */
  int(minimum: number, maximum: number): number;
  /** Lower-case hexadecimal text of the given length. */
  hex(length: number): string;
  /** A UUID with the version 4 layout. */
  uuid(): string;
}

/** Mixes any texts and numbers into one unsigned 32-bit number; equal parts give equal numbers in every process. */
export function hash32(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    if (typeof part === "number") hash = Math.imul(hash ^ (part | 0), 0x01000193);
    else for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0x2f, 0x01000193);
  }
  return scramble(hash);
}

/** Eight lower-case hexadecimal digits of an unsigned 32-bit number. */
export function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** Writes 32 hexadecimal digits as a UUID of version 4, overwriting the version and variant digits. */
export function uuidFromHex(hex: string): string {
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Starts a stream for a seed and a purpose; two purposes never disturb each other's order. */
export function createRandom(seed: number, purpose: string): Random {
  let state = hash32(seed, purpose);
  const next32 = () => {
    state = (state + 0x9e3779b9) | 0;
    return scramble(state);
  };
  const hex = (length: number) => {
    let text = "";
    while (text.length < length) text += hex32(next32());
    return text.slice(0, length);
  };
  return {
    next: () => next32() / 0x1_0000_0000,
    int: (minimum, maximum) => minimum + Math.floor((next32() / 0x1_0000_0000) * (maximum - minimum + 1)),
    hex,
    uuid: () => uuidFromHex(hex(32)),
  };
}

/** The finalizer of MurmurHash3: every input bit changes about half of the output bits. */
function scramble(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
