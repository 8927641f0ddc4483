import { version } from "../../package.json";
import { helpText, readCommandLine } from "./arguments.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { InputError } from "./input.ts";

const LOOPBACK = "127.0.0.1";

/** The command `kakaocloud-emulator`: starts an emulator, says how to use it, and runs until told to stop. */
async function main(): Promise<void> {
  const { action, options, printEnv, exitWithParent } = readCommandLine(process.argv.slice(2));
  if (action === "help") return print(helpText());
  if (action === "version") return print(`${version}\n`);

  let emulator: Emulator | undefined;
  const stop = () => void Promise.resolve(emulator?.stop()).then(() => process.exit(0));
  // From the first moment on: as the first process of a container it gets no signal that it doesn't ask for.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const { host = LOOPBACK, port = 0 } = options;
  emulator = await startEmulator(options).catch((error: unknown) => {
    throw explained(error, host, port);
  });
  if (exitWithParent) process.stdin.resume().once("end", stop).once("error", stop);

  const id = options.credentials?.[0]?.id ?? "emulator";
  const secret = options.credentials?.[0]?.secret ?? "emulator";
  if (!isLoopback(host)) {
    const warning = `listening on ${host}: whoever can reach this machine can use and control this emulator`;
    process.stderr.write(`kakaocloud-emulator: warning: ${warning}\n`);
  }
  print(`listening on ${emulator.url}\n\n${providerBlock(emulator.url, id, secret)}`);
  if (printEnv) print(`\n${environment(emulator.url, id, secret)}`);
  print(`\nStatus page and controls: ${emulator.url}/_emu/\n`);
}

function providerBlock(url: string, id: string, secret: string): string {
  return `provider "kakaocloud" {
  application_credential_id     = ${JSON.stringify(id)}
  application_credential_secret = ${JSON.stringify(secret)}
  endpoint_overrides = {
    iam    = "${url}"
    config = "${url}"
  }
}
`;
}

function environment(url: string, id: string, secret: string): string {
  return `export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=${id}
export KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET=${secret}
export KAKAOCLOUD_EMULATOR_URL=${url}
`;
}

function print(text: string): void {
  process.stdout.write(text);
}

// Whoever reads the output may stop reading; the emulator goes on.
process.stdout.on("error", () => undefined);
main().catch((error: unknown) => {
  const message = error instanceof InputError ? error.message : String(error);
  process.stderr.write(`kakaocloud-emulator: ${message}\n`);
  process.exitCode = 1;
});

const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

/** An error of listening in words that say what to do. */
function explained(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new InputError(
        `port ${port} of ${host} is in use: stop what listens there, or choose another one with --port (0: any free one).`,
      );
    case "EACCES":
      return new InputError(
        `port ${port} is not for this user: choose one above 1023 with --port (0: any free one).`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new InputError(`${host} is no address of this machine: choose another one with --host.`);
    default:
      return error;
  }
}
