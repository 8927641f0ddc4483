import { crc32 } from "node:zlib";

/** A multiple of every alignment that V8 asks for, so that it reads the data where it is. */
const HEADER_BYTES = 128;

/**
 * V8's cached data for a source, in an envelope that says what it belongs to. V8 checks its own version and flags; it does
 * not check that the data is undamaged (a flipped bit ends the process) nor that it fits the source (it compares lengths).
 */
export function sealCodeCache(source: Uint8Array, data: Uint8Array): Buffer {
  return Buffer.concat([header(source, data), data]);
}

/** The data from an envelope, or undefined unless it is whole and was made of this very source by this version of Node. */
export function openCodeCache(source: Uint8Array, sealed: Buffer): Buffer | undefined {
  const data = sealed.subarray(HEADER_BYTES);
  return sealed.subarray(0, HEADER_BYTES).equals(header(source, data)) ? data : undefined;
}

function header(source: Uint8Array, data: Uint8Array): Buffer {
  const { version, arch, platform } = process;
  const text = `code cache 1 node ${version} ${platform} ${arch} source ${crc32(source)} data ${data.length} ${crc32(data)}\n`;
  return Buffer.from(text.padEnd(HEADER_BYTES));
}
