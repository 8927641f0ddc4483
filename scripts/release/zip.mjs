// Zip archives that depend on nothing but their content: sorted, with one time for all, compressed by a package of its own rather than by the
// zlib of whichever Node runs, and with Unix permissions, which Terraform takes from the archive.
import { zipSync } from "fflate";

/** Where the format's time begins. The archive holds the digits of a local time, which are these wherever it is built. */
const TIME = new Date(1980, 0, 1);
const UNIX = 3;
const REGULAR_FILE = 0o100000;

/** An archive of `{ name, mode, content }` entries, as bytes. */
export function createZip(entries) {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = sorted.map(({ name, mode, content }) => [
    name,
    [content, { level: 6, mtime: TIME, os: UNIX, attrs: (REGULAR_FILE | mode) * 0x10000 }],
  ]);
  return zipSync(Object.fromEntries(files));
}
