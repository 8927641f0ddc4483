import { ProtobufError } from "./error.ts";
import { FIXED32, FIXED64, GROUP_END, GROUP_START, LENGTH_DELIMITED, MAX_DEPTH, VARINT } from "./plan.ts";

/** Reads protobuf's primitives from bytes. Invariant: `position` never passes the end of the bytes. */
export class Reader {
  readonly #bytes: Buffer;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** A varint as a number, modulo 2^32: for tags, lengths, booleans, and integers of 32 bits. */
  varint32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let low = first & 0x7f;
    for (let shift = 7; ; shift += 7) {
      const byte = this.#nextOfVarint(shift);
      if (shift < 32) low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low >>> 0;
    }
  }

  /** A varint in full, unsigned. */
  varint64(): bigint {
    const first = this.#byte();
    if (first < 0x80) return BigInt(first);
    let value = BigInt(first & 0x7f);
    for (let shift = 7; ; shift += 7) {
      const byte = this.#nextOfVarint(shift);
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return value;
    }
  }

  /** A length that the remaining bytes up to `end` can satisfy, as the position where it ends. */
  delimited(end: number): number {
    const length = this.varint64();
    if (length > BigInt(end - this.position)) throw truncated();
    return this.position + Number(length);
  }

  /** A tag: field number and wire type. */
  tag(): { readonly number: number; readonly wireType: number } {
    const start = this.position;
    const value = this.varint32();
    if (this.position - start > 5 || value < 8) {
      throw new ProtobufError(`invalid field tag at byte ${start}`);
    }
    return { number: value >>> 3, wireType: value & 7 };
  }

  /** UTF-8 up to `end`; invalid sequences become U+FFFD. */
  string(end: number): string {
    const text = this.#bytes.toString("utf8", this.position, end);
    this.position = end;
    return text;
  }

  /** The bytes up to `end`: a view, not a copy. */
  view(end: number): Buffer {
    const view = this.#bytes.subarray(this.position, end);
    this.position = end;
    return view;
  }

  /** Passes over the value of an unknown field. */
  skip(number: number, wireType: number, end: number, depth = 0): void {
    if (depth > MAX_DEPTH) throw new ProtobufError(`groups nested deeper than ${MAX_DEPTH}`);
    switch (wireType) {
      case VARINT:
        this.varint64();
        return;
      case FIXED64:
        this.#advance(8, end);
        return;
      case LENGTH_DELIMITED:
        this.position = this.delimited(end);
        return;
      case FIXED32:
        this.#advance(4, end);
        return;
      case GROUP_START:
        for (;;) {
          const inner = this.tag();
          if (inner.wireType !== GROUP_END) this.skip(inner.number, inner.wireType, end, depth + 1);
          else if (inner.number === number) return;
          else throw new ProtobufError(`group ${number} ends as group ${inner.number}`);
        }
      default:
        throw new ProtobufError(`invalid wire type ${wireType} of field ${number}`);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw truncated();
    this.position++;
    return byte;
  }

  /** A varint has at most ten bytes, and the tenth carries a single bit. */
  #nextOfVarint(shift: number): number {
    const byte = this.#byte();
    if (shift === 63 && byte > 1) throw new ProtobufError("varint of more than 64 bits");
    return byte;
  }

  #advance(size: number, end: number): void {
    if (size > end - this.position) throw truncated();
    this.position += size;
  }
}

function truncated(): ProtobufError {
  return new ProtobufError("the message ends in the middle of a field");
}
