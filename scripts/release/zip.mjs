// Zip archives that depend on nothing but their content: sorted, with one time for all, and with Unix permissions, which Terraform
// takes from the archive.
import { crc32, deflateRawSync } from "node:zlib";

/** 1 January 1980, where the format's time begins. */
const TIME = 0x0021_0000;
const MADE_BY_UNIX = (3 << 8) | 20;
const VERSION_NEEDED = 20;
const DEFLATE = 8;
const REGULAR_FILE = 0o100000;

/** An archive of `{ name, mode, content }` entries, as bytes. */
export function createZip(entries) {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const locals = [];
  const directory = [];
  let offset = 0;
  for (const { name, mode, content } of sorted) {
    const packed = deflateRawSync(content, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION_NEEDED, 0);
    common.writeUInt16LE(DEFLATE, 4);
    common.writeUInt32LE(TIME, 6);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);

    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name)]);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02", "latin1");
    entry.writeUInt16LE(MADE_BY_UNIX, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE((REGULAR_FILE | mode) * 0x10000, 38);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, packed);
    directory.push(entry, Buffer.from(name));
    offset += local.length + packed.length;
  }
  const directorySize = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(directorySize, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
