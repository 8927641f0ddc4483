const INITIAL_SIZE_BYTES = 512;

/**
 * Writes a message from its end to its beginning. That way the length of a nested message is known when it is due,
 * and nothing is measured twice or moved. Invariant: the bytes from `position` to the buffer's end are final.
 */
export class BackwardWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_SIZE_BYTES);
  #position = INITIAL_SIZE_BYTES;

  /** How many bytes are written so far. */
  get length(): number {
    return this.#buffer.length - this.#position;
  }

  /** What was written, without a copy. The writer must not be used afterwards. */
  finish(): Buffer {
    return this.#buffer.subarray(this.#position);
  }

  /** An unsigned integer up to 2^53. */
  varint(value: number): void {
    if (value < 0x80) {
      this.#reserve(1);
      this.#buffer[this.#position] = value;
      return;
    }
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    this.#reserve(size);
    let at = this.#position;
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[at++] = (rest % 0x80) | 0x80;
    this.#buffer[at] = rest;
  }

  /** A signed or unsigned integer of 64 bits; negative ones take ten bytes. */
  varint64(value: bigint): void {
    if (value >= 0n && value <= Number.MAX_SAFE_INTEGER) {
      this.varint(Number(value));
      return;
    }
    const groups: number[] = [];
    for (let rest = BigInt.asUintN(64, value); rest > 0n; rest >>= 7n) groups.push(Number(rest & 0x7fn));
    this.#reserve(groups.length);
    groups.forEach((group, index) => {
      this.#buffer[this.#position + index] = index < groups.length - 1 ? group | 0x80 : group;
    });
  }

  /** A string as UTF-8. Lone surrogates become U+FFFD. */
  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(size);
    this.#buffer.write(value, this.#position, size);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#position);
  }

  /** Makes room for `size` bytes in front, and moves there. */
  #reserve(size: number): void {
    if (size > this.#position) {
      const written = this.length;
      // With room for what comes in front of a long field: it would be copied once more for a few bytes.
      const capacity = Math.max(this.#buffer.length * 2, written + size + INITIAL_SIZE_BYTES);
      const larger = Buffer.allocUnsafe(capacity);
      this.#buffer.copy(larger, capacity - written, this.#position);
      this.#buffer = larger;
      this.#position = capacity - written;
    }
    this.#position -= size;
  }
}
