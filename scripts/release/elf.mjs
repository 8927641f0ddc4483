// Linux executables (ELF, 64 bits, little-endian).

const HEADER = { sectionOffset: 40, sectionEntrySize: 58, sectionCount: 60, nameSectionIndex: 62 };
const SECTION = { flags: 8, offset: 24, size: 32 };
const LOADED = 2n;

/**
 * The executable without what only debuggers read: Terraform hashes the whole file in each command, so every megabyte costs.
 * Keeps the sections that are loaded, which come first, and the sections' names.
 */
export function stripElf(binary) {
  const entrySize = binary.readUInt16LE(HEADER.sectionEntrySize);
  const count = binary.readUInt16LE(HEADER.sectionCount);
  const start = Number(binary.readBigUInt64LE(HEADER.sectionOffset));
  const section = (index) => binary.subarray(start + index * entrySize, start + (index + 1) * entrySize);
  const offsetOf = (entry) => Number(entry.readBigUInt64LE(SECTION.offset));
  const sizeOf = (entry) => Number(entry.readBigUInt64LE(SECTION.size));

  let kept = 1;
  while (kept < count && section(kept).readBigUInt64LE(SECTION.flags) & LOADED) kept++;
  // The first section that is not loaded begins where the last loaded one ends in the file.
  const end = kept < count ? offsetOf(section(kept)) : binary.length;

  const names = section(binary.readUInt16LE(HEADER.nameSectionIndex));
  const nameBytes = binary.subarray(offsetOf(names), offsetOf(names) + sizeOf(names));
  const namesEntry = Buffer.from(names);
  namesEntry.writeBigUInt64LE(BigInt(end), SECTION.offset);
  const padding = Buffer.alloc(-(end + nameBytes.length) & 7);

  const head = Buffer.from(binary.subarray(0, end));
  head.writeBigUInt64LE(BigInt(end + nameBytes.length + padding.length), HEADER.sectionOffset);
  head.writeUInt16LE(kept + 1, HEADER.sectionCount);
  head.writeUInt16LE(kept, HEADER.nameSectionIndex);
  const entries = binary.subarray(start, start + kept * entrySize);
  return Buffer.concat([head, nameBytes, padding, entries, namesEntry]);
}
