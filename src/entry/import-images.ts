// The command that adopts images: bin/kakaocloud-import, and `import-images` of the provider's own executable.
import { fstatSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { version } from "../../package.json";
import { run } from "../importer/run.ts";
import { readTimeScale } from "./time-scale.ts";

/** Runs the command with the words after its name, and sets the process's exit code. */
export async function importImages(program: string, args: readonly string[]): Promise<void> {
  // A signal ends the process at once, but not in the middle of writing a file: that is one step for Node.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.kill(process.pid, signal));
  }
  process.exitCode = await run({
    program,
    version,
    args,
    env: process.env,
    timeScale: readTimeScale(process.env),
    stderr: process.stderr,
    readInput: () => text(process.stdin),
    print,
  });
}

/** Writes all of it to standard output, or rejects. Who closed the other end (`| head`) needs no more. */
function print(output: string): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve, reject) => {
    const end = (error?: NodeJS.ErrnoException | null): void =>
      error && error.code !== "EPIPE" ? reject(error) : resolve();
    const kind = fstatSync(stdout.fd);
    if (stdout.isTTY || kind.isFIFO() || kind.isSocket()) {
      stdout.once("error", end);
      stdout.write(output, end);
    } else {
      // Node's stream would report a part of the file as the whole when the disk is full.
      writeFileSync(stdout.fd, output);
      resolve();
    }
  });
}
