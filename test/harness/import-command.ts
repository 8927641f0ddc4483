import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { releaseLater } from "./cleanup.ts";
import type { TestEmulator } from "./emulator.ts";

/** The built command that writes configurations. */
export const IMPORT_EXECUTABLE = fileURLToPath(new URL("../../bin/kakaocloud-import", import.meta.url));

/** How the command ended and what it printed. */
export interface ImportResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the command is started. */
export interface ImportOptions {
  readonly cloud?: Pick<TestEmulator, "url" | "environment"> | undefined;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds; it is closed then. False leaves it open. */
  readonly stdin?: string | false;
  /** The program and its first words; by default the command itself. */
  readonly command?: readonly [string, ...string[]];
}

/** The options that lead to an emulator. */
export const addressesOf = ({ url }: Pick<TestEmulator, "url">): readonly string[] =>
  ["iam", "config"].flatMap((service) => ["--endpoint", `${service}=${url}`]);

/** Starts the command with an emulator's endpoint and credential. It has ended at the end of the test. */
export function startImport(args: readonly string[], options: ImportOptions = {}) {
  const { cloud, cwd, env, stdin, command = [IMPORT_EXECUTABLE] } = options;
  const [program, ...words] = command;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TF_|NODE_|VITEST|KAKAOCLOUD_|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  const child = spawn(program, [...words, ...args, ...(cloud === undefined ? [] : addressesOf(cloud))], {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      KAKAOCLOUD_TEST_TIME_SCALE: "0.01",
      ...cloud?.environment,
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  releaseLater(() => void child.kill("SIGKILL"));
  child.stdin.on("error", () => {});
  if (stdin !== false) child.stdin.end(stdin ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const finished = new Promise<ImportResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished };
}

/** Runs the command to its end. */
export const runImport = (args: readonly string[], options?: ImportOptions): Promise<ImportResult> =>
  startImport(args, options).finished;
