import { version } from "../../package.json";
import { helpText, readCommandLine } from "./arguments.ts";
import { startEmulator } from "./emulator.ts";
import { SettingError } from "./knobs.ts";

/** The command `kakaocloud-emulator`: starts an emulator, says how to use it, and runs until told to stop. */
async function main(): Promise<void> {
  const { action, options, printEnv, exitWithParent } = readCommandLine(process.argv.slice(2));
  if (action === "help") return print(helpText());
  if (action === "version") return print(`${version}\n`);

  const emulator = await startEmulator(options);
  const stop = () => void emulator.stop().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  if (exitWithParent) process.stdin.resume().once("end", stop).once("error", stop);

  const id = options.credentials?.[0]?.id ?? "emulator";
  const secret = options.credentials?.[0]?.secret ?? "emulator";
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

main().catch((error: unknown) => {
  const message = error instanceof SettingError || isListenError(error) ? error.message : String(error);
  process.stderr.write(`kakaocloud-emulator: ${message}\n`);
  process.exitCode = 1;
});

function isListenError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && error.syscall === "listen";
}
