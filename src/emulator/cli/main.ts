import { writeFileSync } from "node:fs";
import { version } from "../../../package.json";
import { UsageError } from "../../base/command-line.ts";
import { type Emulator, startEmulator } from "../emulator.ts";
import { InputError } from "../input.ts";
import { helpText, readCommandLine } from "./arguments.ts";
import { environmentLines, providerBlock } from "./configuration.ts";

const LOOPBACK = "127.0.0.1";

/** The command `kakaocloud-emulator`: starts an emulator, prints how to use it, and runs until it is stopped. */
async function main(): Promise<void> {
  const { action, options, printEnv, exitWithParent, urlFile } = readCommandLine(process.argv.slice(2));
  if (action === "help") return print(helpText());
  if (action === "version") return print(`${version}\n`);

  let emulator: Emulator | undefined;
  const stop = () => void Promise.resolve(emulator?.stop()).then(() => process.exit(0));
  // From the first moment on: as the first process of a container it gets no signal without a handler.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const { host = LOOPBACK, port = 0 } = options;
  emulator = await startEmulator(options).catch((error: unknown) => {
    throw explained(error, host, port);
  });
  if (exitWithParent) process.stdin.resume().once("end", stop).once("error", stop);

  if (!isLoopback(host)) {
    warn(`listening on ${host}: anyone who can reach this machine can use and control this emulator`);
  }
  if (urlFile !== undefined) writeUrl(urlFile, emulator.url);
  const { id = "emulator", secret = "emulator" } = options.credentials?.[0] ?? {};
  const configuration = { url: emulator.url, id, secret };
  print(`listening on ${emulator.url}\n\n${providerBlock(configuration)}`);
  if (printEnv) print(`\n${environmentLines(configuration)}`);
  print(`\nStatus page and controls: ${emulator.url}/_emu/\n`);
}

/** For programs that need the port, such as a health check. The emulator itself works without. */
function writeUrl(file: string, url: string): void {
  try {
    writeFileSync(file, `${url}\n`);
  } catch (error) {
    warn(`could not write the URL to ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function warn(text: string): void {
  process.stderr.write(`kakaocloud-emulator: warning: ${text}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}

// The reader of the output may close it; the emulator continues.
process.stdout.on("error", () => undefined);
main().catch((error: unknown) => {
  const message = error instanceof InputError || error instanceof UsageError ? error.message : String(error);
  process.stderr.write(`kakaocloud-emulator: ${message}\n`);
  process.exitCode = 1;
});

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

/** An error of listening, with what to do. */
function explained(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new InputError(
        `port ${port} of ${host} is in use: stop the process that uses it, or choose another one with --port (0: any free one).`,
      );
    case "EACCES":
      return new InputError(
        `no permission to listen on port ${port}: choose one above 1023 with --port (0: any free one).`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new InputError(`${host} is not an address of this machine: choose another one with --host.`);
    default:
      return error;
  }
}
