import { Int64BE, Uint64BE } from "int64-buffer";
import msgpack, { type CodecOptions } from "msgpack-lite";
import { CodecError } from "./codec-error.ts";
import { MAX_DEPTH } from "./limits.ts";

/** An extension value: a type code and its bytes. Terraform sends unknown values as these. */
export interface Extension {
  readonly type: number;
  readonly buffer: Uint8Array;
}

/** msgpack without any meaning yet. Maps keep their keys as they are; 64-bit integers are bigint. */
export type MsgpackValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Extension
  | readonly MsgpackValue[]
  | ReadonlyMap<MsgpackValue, MsgpackValue>;

// No preset: its extension types would turn codes 1 to 15 into dates and errors, and 12 is Terraform's.
const options: CodecOptions = { int64: true, usemap: true };
const codec = msgpack.createCodec(options);

/**
 * Decodes one msgpack value.
 *
 * @throws CodecError when the bytes are truncated, carry on after the value, or are nested too deep.
 */
export function decodeMsgpack(bytes: Uint8Array): MsgpackValue {
  checkFraming(bytes);
  return msgpack.decode(bytes, { codec }) as MsgpackValue;
}

/** Encodes one msgpack value, integers in their shortest form. */
export function encodeMsgpack(value: MsgpackValue): Buffer {
  return msgpack.encode(value, { codec });
}

/** An extension as the encoder takes it. */
export function extension(type: number, payload: Uint8Array): Extension {
  return new ExtBuffer(payload, type);
}

/** The integer of a 64-bit field, which the decoder leaves as eight bytes. */
export function asBigInt(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  const isInt64 = Int64BE.isInt64BE(value) || Uint64BE.isUint64BE(value);
  return isInt64 ? BigInt((value as Int64BE | Uint64BE).toString(10)) : undefined;
}

/** An integer of up to 64 bits as the encoder takes it, in the shortest form that holds it. */
export function integerForEncoding(value: number | bigint): MsgpackValue {
  if (value >= -0x8000_0000 && value <= 0xffff_ffff) return Number(value);
  const text = value.toString();
  return (value >= 0 ? new Uint64BE(text, 10) : new Int64BE(text, 10)) as unknown as MsgpackValue;
}

// The class that the encoder recognizes; it has no export of its own.
const ExtBuffer = (msgpack.decode(Buffer.from([0xd4, 0, 0]), { codec }) as Extension).constructor as new (
  payload: Uint8Array,
  type: number,
) => Extension;

/**
 * Walks over the framing alone, without building anything, so that the decoder only ever sees one whole value of a
 * sane depth: a few bytes can declare arrays within arrays of millions of elements, which would exhaust the memory.
 */
function checkFraming(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // How many values are still to come at each level; the outermost level holds exactly one.
  const pending = [1];
  let offset = 0;
  const take = (count: number): number => {
    const start = offset;
    offset += count;
    if (offset > bytes.length) throw new CodecError("the value is truncated");
    return start;
  };
  while (pending.length > 0) {
    const level = pending.length - 1;
    const left = pending[level] ?? 0;
    if (left === 0) {
      pending.pop();
      continue;
    }
    pending[level] = left - 1;
    const lead = bytes[take(1)] ?? 0;
    let children = 0;
    if (lead <= 0x7f || lead >= 0xe0 || lead === 0xc0 || lead === 0xc2 || lead === 0xc3) continue;
    if (lead <= 0x8f) children = (lead & 0x0f) * 2;
    else if (lead <= 0x9f) children = lead & 0x0f;
    else if (lead <= 0xbf) take(lead & 0x1f);
    else if (lead === 0xc4 || lead === 0xd9) take(view.getUint8(take(1)));
    else if (lead === 0xc5 || lead === 0xda) take(view.getUint16(take(2)));
    else if (lead === 0xc6 || lead === 0xdb) take(view.getUint32(take(4)));
    else if (lead === 0xc7) take(1 + view.getUint8(take(1)));
    else if (lead === 0xc8) take(1 + view.getUint16(take(2)));
    else if (lead === 0xc9) take(1 + view.getUint32(take(4)));
    else if (lead === 0xca) take(4);
    else if (lead === 0xcb) take(8);
    else if (lead >= 0xcc && lead <= 0xcf) take(1 << (lead - 0xcc));
    else if (lead >= 0xd0 && lead <= 0xd3) take(1 << (lead - 0xd0));
    else if (lead >= 0xd4 && lead <= 0xd8) take(1 + (1 << (lead - 0xd4)));
    else if (lead === 0xdc) children = view.getUint16(take(2));
    else if (lead === 0xdd) children = view.getUint32(take(4));
    else if (lead === 0xde) children = view.getUint16(take(2)) * 2;
    else if (lead === 0xdf) children = view.getUint32(take(4)) * 2;
    else throw new CodecError("the value is not msgpack");
    // Every element takes a byte at least, so more elements than bytes is an attempt to make the reader allocate.
    if (children > bytes.length - offset) throw new CodecError("the value is truncated");
    if (children > 0 && pending.push(children) > MAX_DEPTH) {
      throw new CodecError(`the value is nested more than ${MAX_DEPTH} levels deep`);
    }
  }
  if (offset !== bytes.length) throw new CodecError("there are bytes after the value");
}
