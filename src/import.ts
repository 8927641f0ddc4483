// The command that adopts images: bin/kakaocloud-import, and `import-images` of the provider's own executable. The build makes
// dist/import.js of it.
import { text } from "node:stream/consumers";
import { version } from "../package.json";
import { run } from "./importer/run.ts";

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
    stderr: process.stderr,
    readInput: () => text(process.stdin),
    print: (output) =>
      new Promise((resolve, reject) => {
        // Who closed the other end (`| head`) has seen enough.
        process.stdout.once("error", (error: NodeJS.ErrnoException) =>
          error.code === "EPIPE" ? resolve() : reject(error),
        );
        process.stdout.write(output, () => resolve());
      }),
  });
}
