import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { fromBufferPromise } from "yauzl";

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** The Unix mode with the type of file, as `ls -l` would show it in octal: 0o100755. */
  readonly mode: number;
  readonly content: Buffer;
}

const UNIX = 3;

/** Reads an archive of files that were created on Unix. Rejects when it is damaged. */
export async function zipEntries(archive: Buffer): Promise<readonly ZipEntry[]> {
  const zip = await fromBufferPromise(archive, { lazyEntries: true });
  const entries: ZipEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.versionMadeBy >> 8 !== UNIX) throw new Error(`${entry.fileName} has no Unix mode`);
    const content = await buffer(await zip.openReadStreamPromise(entry));
    if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName} is damaged`);
    entries.push({ name: entry.fileName, mode: entry.externalFileAttributes >>> 16, content });
  }
  return entries;
}
