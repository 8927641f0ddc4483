// macOS executables (Mach-O, 64 bits). They only start when they carry a signature that fits, on Apple silicon at least one
// without an identity ("ad hoc"), such as linkers make. The loader checks it page by page.
import { createHash } from "node:crypto";

const MAGIC = 0xfeedfacf;
const ARM64 = 0x0100000c;
const HEADER_SIZE = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SIGNATURE_COMMAND_SIZE = 16;

const CODE_PAGE_BITS = 12;
const CODE_DIRECTORY_SIZE = 88;
const SUPER_BLOB_SIZE = 20;
const HASH_SIZE = 32;
const AD_HOC = 0x2;
const MAIN_BINARY = 1n;

/** The load commands: where each is, what it is, how long. */
function commandsOf(binary) {
  if (binary.readUInt32LE(0) !== MAGIC) throw new Error("not a 64-bit macOS executable");
  const commands = [];
  let at = HEADER_SIZE;
  for (let left = binary.readUInt32LE(16); left > 0; left--) {
    const size = binary.readUInt32LE(at + 4);
    commands.push({ at, type: binary.readUInt32LE(at), size });
    at += size;
  }
  return commands;
}

/** A segment's place in the file, and its command's. */
function segmentOf(binary, name) {
  for (const { at, type } of commandsOf(binary)) {
    if (type !== LC_SEGMENT_64) continue;
    const segment = binary.toString("latin1", at + 8, at + 24).replace(/\0+$/, "");
    if (segment !== name) continue;
    return {
      at,
      offset: Number(binary.readBigUInt64LE(at + 40)),
      size: Number(binary.readBigUInt64LE(at + 48)),
    };
  }
  throw new Error(`the executable has no segment ${name}`);
}

function resizeLinkEdit(binary, size) {
  const { at } = segmentOf(binary, "__LINKEDIT");
  const memoryPage = binary.readUInt32LE(4) === ARM64 ? 0x4000 : 0x1000;
  binary.writeBigUInt64LE(BigInt(Math.ceil(size / memoryPage) * memoryPage), at + 32);
  binary.writeBigUInt64LE(BigInt(size), at + 48);
}

/** The executable without its signature. */
export function removeMachOSignature(binary) {
  const commands = commandsOf(binary);
  const found = commands.find(({ type }) => type === LC_CODE_SIGNATURE);
  if (found === undefined) return binary;
  const offset = binary.readUInt32LE(found.at + 8);
  const unsigned = Buffer.from(binary.subarray(0, offset));
  const last = commands[commands.length - 1];
  const end = last.at + last.size;
  unsigned.copyWithin(found.at, found.at + found.size, end);
  unsigned.fill(0, end - found.size, end);
  unsigned.writeUInt32LE(commands.length - 1, 16);
  unsigned.writeUInt32LE(unsigned.readUInt32LE(20) - found.size, 20);
  resizeLinkEdit(unsigned, offset - segmentOf(unsigned, "__LINKEDIT").offset);
  return unsigned;
}

/** The executable with an ad hoc signature over every page of it. `identifier` is the name in the signature. */
export function signMachO(binary, identifier) {
  const commands = commandsOf(binary);
  const last = commands[commands.length - 1];
  const end = last.at + last.size;
  if (binary.subarray(end, end + SIGNATURE_COMMAND_SIZE).some((byte) => byte !== 0)) {
    throw new Error("there is no room for the load command of a signature");
  }
  const linkEdit = segmentOf(binary, "__LINKEDIT");
  if (linkEdit.offset + linkEdit.size > binary.length) throw new Error("the executable is cut short");
  const limit = (binary.length + 15) & ~15;
  const pages = Math.ceil(limit / 2 ** CODE_PAGE_BITS);
  const name = Buffer.from(`${identifier}\0`);
  const hashOffset = CODE_DIRECTORY_SIZE + name.length;
  const directorySize = hashOffset + pages * HASH_SIZE;
  const size = (SUPER_BLOB_SIZE + directorySize + 15) & ~15;

  const signed = Buffer.alloc(limit + size);
  binary.copy(signed);
  signed.writeUInt32LE(commands.length + 1, 16);
  signed.writeUInt32LE(signed.readUInt32LE(20) + SIGNATURE_COMMAND_SIZE, 20);
  for (const [index, word] of [LC_CODE_SIGNATURE, SIGNATURE_COMMAND_SIZE, limit, size].entries()) {
    signed.writeUInt32LE(word, end + index * 4);
  }
  resizeLinkEdit(signed, limit + size - linkEdit.offset);

  const text = segmentOf(signed, "__TEXT");
  const words = [
    // The wrapper: its magic, size, one entry, of the kind 0 (a code directory), at the wrapper's end.
    ...[0xfade0cc0, SUPER_BLOB_SIZE + directorySize, 1, 0, SUPER_BLOB_SIZE],
    // The code directory: magic, size, version, flags, where the hashes and the name are, hashes of other things and of pages.
    ...[0xfade0c02, directorySize, 0x20400, AD_HOC, hashOffset, CODE_DIRECTORY_SIZE, 0, pages, limit],
    // SHA-256, no platform, the page size; then nothing of scatter, team, and a limit beyond 4 GB.
    ...[(HASH_SIZE << 24) | (2 << 16) | CODE_PAGE_BITS, 0, 0, 0, 0, 0, 0],
  ];
  let at = limit;
  for (const word of words) at = signed.writeUInt32BE(word, at);
  for (const long of [BigInt(text.offset), BigInt(text.size), MAIN_BINARY])
    at = signed.writeBigUInt64BE(long, at);
  at += name.copy(signed, at);
  for (let start = 0; start < limit; start += 2 ** CODE_PAGE_BITS) {
    const page = signed.subarray(start, Math.min(start + 2 ** CODE_PAGE_BITS, limit));
    at += createHash("sha256").update(page).digest().copy(signed, at);
  }
  return signed;
}
