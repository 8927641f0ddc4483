// Windows executables (PE32+).

const SIGNATURE_DIRECTORY = 4;

/** The executable without its Authenticode signature, which does not fit what is made of it. */
export function removePeSignature(binary) {
  const header = binary.readUInt32LE(0x3c);
  const optionalHeader = header + 24;
  if (binary.readUInt16LE(optionalHeader) !== 0x20b) throw new Error("not a 64-bit Windows executable");
  const entry = optionalHeader + 112 + SIGNATURE_DIRECTORY * 8;
  const offset = binary.readUInt32LE(entry);
  const size = binary.readUInt32LE(entry + 4);
  if (size === 0) return binary;
  if (offset + size !== binary.length) throw new Error("the signature is not at the executable's end");
  const unsigned = Buffer.from(binary.subarray(0, offset));
  unsigned.fill(0, entry, entry + 8);
  return unsigned;
}
