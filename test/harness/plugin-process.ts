import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import { type Certificate, createClientCertificate } from "./certificate.ts";
import { releaseLater } from "./cleanup.ts";
import { type Handshake, MAGIC_COOKIE, parseHandshake } from "./handshake.ts";
import { type LogLine, parseLogLine } from "./log-lines.ts";
import { connectProvider, type ProviderClient } from "./provider-client.ts";

const { PACKAGED_PROVIDER: packaged = "" } = process.env;
/** Whether this run is about the executable of a release: see package-provider.ts. */
export const IS_PACKAGED = existsSync(packaged);
/** The executable that Terraform starts: that of a release, or what the build makes for Node. */
export const PROVIDER_EXECUTABLE = IS_PACKAGED
  ? packaged
  : fileURLToPath(new URL("../../bin/terraform-provider-kakaocloud", import.meta.url));

/** Terraform's patience with a process that got Shutdown. */
const SHUTDOWN_WAIT_MS = 2_000;
/** Terraform waits for the response to Shutdown without end; a test does not. */
const SHUTDOWN_ANSWER_MS = 10_000;
const HANDSHAKE_TIMEOUT_MS = 20_000;

/** How a plugin process is to be started. */
export interface PluginOptions {
  /** The executable; by default the built provider. */
  readonly executable?: string;
  readonly args?: readonly string[];
  /** Laid over the environment that Terraform would give; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** False plays TF_DISABLE_PLUGIN_TLS=1. */
  readonly tls?: boolean;
  /** False leaves the stdio and broker streams closed. */
  readonly openStreams?: boolean;
}

/** A spawned process before (or without) a connection: what it printed and how it ended. */
export interface SpawnedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The process's own temporary folder, removed with it. */
  readonly tmpDir: string;
  readonly certificate: Certificate | null;
  stdout(): string;
  stderr(): string;
  /** Lines of stderr so far, as Terraform reads them. */
  logs(): readonly LogLine[];
  /** Resolves with the first line of stdout, without its newline; rejects when the process ends or is silent before it. */
  firstLine(): Promise<string>;
  /** Resolves when the process has ended and its output is read. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Kills what is left and removes the temporary folder. Harmless when repeated. */
  kill(): Promise<void>;
}

/** A plugin process with a connection to it, as Terraform has it in hand. */
export interface PluginProcess extends SpawnedProcess {
  readonly handshake: Handshake;
  readonly client: ProviderClient;
  /**
   * Ends the process as Terraform does and checks that it was well-behaved: Shutdown gets a response, the process ends within
   * two seconds, nothing was printed beside the handshake line, the streams stayed silent, no log line would crash Terraform, no
   * socket or folder is left. Throws naming everything that was wrong.
   */
  shutdown(): Promise<void>;
}

/** The environment in which Terraform starts a plugin, based on ours without what belongs to this test run. */
function terraformEnvironment(certificate: Certificate | null, tmpDir: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || /^(TF_|PLUGIN_|NODE_|VITEST|KAKAOCLOUD_)/.test(name)) continue;
    env[name] = value;
  }
  return {
    ...env,
    TMPDIR: tmpDir,
    TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
    // Tests read what the provider logs, as does whoever sets this.
    TF_LOG: "TRACE",
    PLUGIN_PROTOCOL_VERSIONS: Math.random() < 0.5 ? "5,6" : "6,5",
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: "25000",
    ...(certificate === null ? {} : { PLUGIN_CLIENT_CERT: certificate.certificatePem }),
  };
}

/**
 * Starts an executable as Terraform would, without waiting for its handshake line. Whatever happens in the test, the process has ended
 * and its temporary folder is removed at its end.
 */
export function spawnPlugin(options: PluginOptions = {}): SpawnedProcess {
  const tmpDir = mkdtempSync(join(tmpdir(), "tfp-"));
  const certificate = options.tls === false ? null : createClientCertificate();
  const env: Record<string, string | undefined> = {
    ...terraformEnvironment(certificate, tmpDir),
    ...options.env,
  };
  for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
  const child = spawn(options.executable ?? PROVIDER_EXECUTABLE, options.args ?? [], {
    cwd: options.cwd,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const collect = (stream: NodeJS.ReadableStream | null, add: (text: string) => void): void => {
    const decoder = new StringDecoder("utf8");
    stream?.on("data", (chunk: Buffer) => add(decoder.write(chunk)));
  };
  collect(child.stdout, (text) => {
    stdout += text;
  });
  collect(child.stderr, (text) => {
    stderr += text;
  });
  child.stdin?.on("error", () => {});
  const dropOnExit = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", dropOnExit);

  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", dropOnExit);
      resolve({ code, signal });
    });
  });
  exited.catch(() => {});

  const firstLine = async (): Promise<string> => {
    const timeout = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS);
    const over = exited.then(
      () => "exit" as const,
      (error: Error) => error,
    );
    while (!stdout.includes("\n")) {
      const abort = new AbortController();
      const data = child.stdout
        ? once(child.stdout, "data", { signal: AbortSignal.any([timeout, abort.signal]) }).then(
            () => "data" as const,
            () => "timeout" as const,
          )
        : over;
      const event = await Promise.race([data, over]);
      abort.abort();
      if (event instanceof Error) throw event;
      if (event === "timeout")
        throw new Error(`timeout while waiting for plugin to start; stderr: ${stderr}`);
      if (event === "exit" && !stdout.includes("\n")) {
        throw new Error(`Failed to read any lines from plugin's stdout; stderr: ${stderr}`);
      }
    }
    return stdout.slice(0, stdout.indexOf("\n"));
  };

  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited.catch(() => {});
    rmSync(tmpDir, { recursive: true, force: true });
  };
  releaseLater(kill);

  return {
    child,
    pid: child.pid ?? -1,
    tmpDir,
    certificate,
    stdout: () => stdout,
    stderr: () => stderr,
    logs: () => stderr.split("\n").filter(Boolean).map(parseLogLine),
    firstLine,
    exited,
    kill,
  };
}

/** Starts a plugin process, reads its handshake line strictly and connects to it. */
export async function startPlugin(options: PluginOptions = {}): Promise<PluginProcess> {
  const spawned = spawnPlugin(options);
  try {
    const handshake = parseHandshake(await spawned.firstLine());
    const client = await connectProvider(handshake, spawned.certificate, options);
    const kill = async (): Promise<void> => {
      client.close();
      await spawned.kill();
    };
    return {
      ...spawned,
      handshake,
      client,
      kill,
      shutdown: () => shutdown({ ...spawned, kill }, handshake, client),
    };
  } catch (error) {
    await spawned.kill();
    throw error;
  }
}

async function shutdown(
  process: SpawnedProcess,
  handshake: Handshake,
  client: ProviderClient,
): Promise<void> {
  const wrong: string[] = [];
  const { stdioData, brokerMessages, stdioEnded, brokerEnded } = client.streams;
  if (stdioData.length > 0) wrong.push(`data on the stdio stream: ${Buffer.concat([...stdioData])}`);
  if (brokerMessages.length > 0)
    wrong.push(`messages on the broker stream: ${JSON.stringify(brokerMessages)}`);
  if (stdioEnded !== null) wrong.push(`the stdio stream ended early with status ${stdioEnded}`);
  if (brokerEnded !== null) wrong.push(`the broker stream ended early with status ${brokerEnded}`);

  const answered = await within(
    SHUTDOWN_ANSWER_MS,
    // Leaving without a response is fine for Terraform.
    client.requestShutdown().catch(() => {}),
  );
  if (!answered) wrong.push("Shutdown got no response: Terraform would hang");
  client.close();
  if (!(await within(SHUTDOWN_WAIT_MS, process.exited))) {
    wrong.push(`the process was still alive ${SHUTDOWN_WAIT_MS} ms after Shutdown and had to be killed`);
    process.child.kill("SIGKILL");
    await process.exited;
  }
  if (process.stdout() !== `${handshake.line}\n`) {
    wrong.push(`stdout holds more than the handshake line: ${JSON.stringify(process.stdout())}`);
  }
  for (const line of process.logs()) {
    if (line.crashesTerraform !== undefined)
      wrong.push(`a log line crashes Terraform: ${line.crashesTerraform}`);
  }
  if (handshake.network === "unix" && existsSync(handshake.address)) {
    wrong.push(`the socket is still there: ${handshake.address}`);
  }
  const left = readdirSync(process.tmpDir);
  if (left.length > 0) wrong.push(`left in the temporary folder: ${left.join(", ")}`);
  await process.kill();
  if (wrong.length > 0) throw new Error(`The plugin process misbehaved:\n- ${wrong.join("\n- ")}`);
}

async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const timeout = new Promise<false>((resolve) => {
    const handle = setTimeout(() => resolve(false), ms);
    timer.signal.addEventListener("abort", () => clearTimeout(handle));
  });
  const done = await Promise.race([work.then(() => true), timeout]);
  timer.abort();
  return done;
}
