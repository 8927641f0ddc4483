import { writeSync } from "node:fs";

/** How long to wait for the reader of a full pipe, before the rest is given up. */
const FULL_PIPE_WAIT_MS = 5_000;
const RETRY_MS = 1;

/**
 * Writes all of the text to a file descriptor, synchronously: what is written is out, even when the process ends next.
 * Returns false when nobody reads it, be it now (a full pipe that stays full) or ever again (a closed one).
 */
export function writeFully(fd: number, text: string): boolean {
  let rest = Buffer.from(text);
  for (let waited = 0; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN" || waited >= FULL_PIPE_WAIT_MS) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      waited += RETRY_MS;
    }
  }
  return true;
}
