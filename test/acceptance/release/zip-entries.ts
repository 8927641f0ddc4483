import { inflateRawSync } from "node:zlib";

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** The Unix mode with the type of file, as `ls -l` would show it in octal: 0o100755. */
  readonly mode: number;
  /** DOS date and time as one number. */
  readonly time: number;
  content(): Buffer;
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_HEADER_SIZE = 30;
const UNIX = 3;

/** Reads an archive that has no comment and holds deflated files made on Unix. */
export function zipEntries(archive: Buffer): readonly ZipEntry[] {
  const end = archive.length - DIRECTORY_END_SIZE;
  if (archive.readUInt32LE(end) !== DIRECTORY_END)
    throw new Error("not a zip archive, or one with a comment");
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt8(at + 5) !== UNIX) throw new Error("the archive tells no Unix modes");
    const nameLength = archive.readUInt16LE(at + 28);
    const packedSize = archive.readUInt32LE(at + 20);
    const offset = archive.readUInt32LE(at + 42);
    const start =
      offset + LOCAL_HEADER_SIZE + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    entries.push({
      name: archive.toString("utf8", at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength),
      mode: archive.readUInt16LE(at + 40),
      time: archive.readUInt32LE(at + 12),
      content: () => inflateRawSync(archive.subarray(start, start + packedSize)),
    });
    at += ENTRY_SIZE + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
