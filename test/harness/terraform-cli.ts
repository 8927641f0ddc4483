import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { findCli, SOURCE_ADDRESS, writeCliConfig } from "../../scripts/cli-config.mjs";
import { releaseLater } from "./cleanup.ts";
import { PROVIDER_EXECUTABLE } from "./plugin-process.ts";
import { processesInGroup, signalGroup } from "./process-group.ts";
import { requireOrSkip, type Skippable } from "./requirements.ts";

/** Commands that take -no-color; the others print no colour. */
const COLOURFUL = new Set([
  "init",
  "plan",
  "apply",
  "destroy",
  "refresh",
  "import",
  "validate",
  "show",
  "output",
  "query",
]);
/** How long the provider processes may outlive the command that started them. */
const GROUP_WAIT_MS = 3_000;

/** Skips a test of the real CLI where there is none. Usable as `beforeEach(requireTerraform)`. */
export function requireTerraform(context: Skippable): void {
  requireOrSkip(context, "cli", findCli() !== null, "no terraform and no tofu");
}

/** Which CLI the tests run, as it says itself. */
interface CliVersion {
  readonly product: "Terraform" | "OpenTofu";
  readonly major: number;
  readonly minor: number;
  /** What follows the number: `dev` of 1.17.0-dev; empty for a release. */
  readonly prerelease: string;
  /** The registry that completes a short provider address. */
  readonly registry: string;
}

let known: CliVersion | undefined;

/** Runs the CLI, once. Throws when there is none: call requireTerraform first. */
export function cliVersion(): CliVersion {
  known ??= readVersion(
    execFileSync(cliPath(), ["version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  return known;
}

function readVersion(text: string): CliVersion {
  const [, product, major, minor, prerelease = ""] =
    /^(Terraform|OpenTofu) v(\d+)\.(\d+)\.\d+(?:-(\S+))?/m.exec(text) ?? [];
  if (product !== "Terraform" && product !== "OpenTofu") throw new Error(`what CLI is this? ${text}`);
  const registry = product === "Terraform" ? "registry.terraform.io" : "registry.opentofu.org";
  return { product, major: Number(major), minor: Number(minor), prerelease, registry };
}

/**
 * As requireTerraform, and skips a test of what only newer releases of the CLI can do, or can do without a fault of theirs. The
 * pinned CLI of CI can do everything.
 *
 * @param since the first minor release of 1.x that can, per product
 */
export function requireCliSince(
  context: Skippable,
  since: Readonly<Record<CliVersion["product"], number>>,
  what: string,
): void {
  requireTerraform(context);
  const { product, major, minor } = cliVersion();
  if (major > 1 || minor >= since[product]) return;
  const needed = Number.isFinite(since[product])
    ? `${product} 1.${since[product]}`
    : "another CLI than OpenTofu";
  context.skip(`${what} needs ${needed}; this is ${product} ${major}.${minor}`);
}

/**
 * As requireTerraform, and skips a test that Terraform 1.16.0-rc2 and 1.17.0-dev cannot pass: they panic ("Failed to serialize resource
 * instance in state") when several creates fail at the same time. Their releases have to pass.
 */
export function requireSurvivingFailedCreates(context: Skippable): void {
  requireTerraform(context);
  const { product, major, minor, prerelease } = cliVersion();
  const version = `${major}.${minor}-${prerelease}`;
  if (product !== "Terraform" || !["1.16-rc2", "1.17-dev"].includes(version)) return;
  context.skip(`Terraform ${version} crashes when several creates fail at the same time`);
}

function cliPath(): string {
  const path = findCli();
  if (path === null) throw new Error("no terraform: call requireTerraform first");
  return path;
}

/** What a command printed and how it ended. */
export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both outputs with every run of white space as one blank: Terraform wraps its messages. */
  readonly text: string;
}

/** A command that is running. */
export interface RunningCommand {
  readonly pid: number;
  /** Both outputs so far. */
  output(): string;
  /** Resolves when the output matches; rejects when the command ends before. */
  printed(pattern: RegExp): Promise<void>;
  /** Types into the command. */
  type(text: string): void;
  /** Ctrl-C as a terminal does it: SIGINT to terraform and its providers at once. */
  interrupt(): void;
  /** A signal to terraform alone. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the command is done; rejects when it left processes behind, which are killed. */
  readonly finished: Promise<CliResult>;
}

/** One instance of a resource in a state file. */
export interface StateInstance {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly schema_version: number;
  readonly status?: "tainted";
  readonly private?: string;
  /** Written by Terraform 1.12 and later. */
  readonly identity?: Readonly<Record<string, unknown>>;
  readonly identity_schema_version?: number;
  readonly deposed?: string;
}

/** A state file, as far as tests look at it. */
export interface StateFile {
  readonly serial: number;
  readonly resources: ReadonlyArray<{
    readonly mode: "managed" | "data";
    readonly type: string;
    readonly name: string;
    readonly instances: readonly StateInstance[];
  }>;
}

/** How a working directory is set up. */
export interface WorkspaceOptions {
  /** File contents by name. A `required_providers` block for the provider is added in versions.tf unless a file of that name is given. */
  readonly files: Readonly<Record<string, string>>;
  /** The provider's executable; by default the built one. Its folder is what Terraform gets. */
  readonly executable?: string;
  /** `namespace/type`; by default kakaoenterprise/kakaocloud. The provider's own source address leads to the executable, too. */
  readonly source?: string;
  /** Executables of further providers, by their source addresses. */
  readonly others?: Readonly<Record<string, string>>;
  /** False leaves out dev_overrides: the provider must be installed by `init` from the mirror. */
  readonly devOverrides?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A working directory of the real CLI, whose only way to the provider is the executable under test; no network is used. */
export interface Workspace {
  readonly directory: string;
  write(name: string, content: string): void;
  read(name: string): string;
  /** Starts a command, `["apply", "-auto-approve"]` for one. Standard input stays open for `type` when `interactive`. */
  start(args: readonly string[], options?: RunOptions): RunningCommand;
  /** Runs a command to its end, whatever its exit code. */
  run(args: readonly string[], options?: RunOptions): Promise<CliResult>;
  /** Runs a command; rejects, with what it printed, unless it succeeds. */
  succeed(args: readonly string[], options?: RunOptions): Promise<CliResult>;
  /** Applies the configuration without asking. */
  apply(...args: readonly string[]): Promise<CliResult>;
  state(): StateFile;
  /** The first instance of a managed resource in the state, `kakaocloud_image.this` for one; undefined without it. */
  instance(address: string): StateInstance | undefined;
}

/** How a command is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input, which is then closed. */
  readonly stdin?: string;
  readonly interactive?: boolean;
}

/** Makes a working directory that is gone, with everything that runs in it, at the end of the test. */
export function createWorkspace(options: WorkspaceOptions): Workspace {
  const terraform = cliPath();
  const root = mkdtempSync(join(tmpdir(), "tf-"));
  const directory = join(root, "work");
  const home = join(root, "home");
  mkdirSync(directory);
  mkdirSync(home);
  const running = new Set<number>();
  releaseLater(() => {
    for (const group of running) signalGroup(group, "SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });

  const source = options.source ?? "kakaoenterprise/kakaocloud";
  const type = source.split("/").at(-1) ?? source;
  const folder = dirname(options.executable ?? PROVIDER_EXECUTABLE);
  const others = Object.entries(options.others ?? {}).map(([address, executable]) => ({
    source: address,
    folder: dirname(executable),
  }));
  const configFile = writeCliConfig(root, {
    source,
    folder,
    others: source === SOURCE_ADDRESS ? others : [{ source: SOURCE_ADDRESS, folder }, ...others],
    devOverrides: options.devOverrides ?? true,
    offline: true,
  });
  const write: Workspace["write"] = (name, content) => writeFileSync(join(directory, name), content);
  const read: Workspace["read"] = (name) => readFileSync(join(directory, name), "utf8");
  const files = {
    "versions.tf": `terraform {\n  required_providers {\n    ${type} = {\n      source = "${source}"\n    }\n  }\n}\n`,
    ...options.files,
  };
  for (const [name, content] of Object.entries(files)) write(name, content);

  const start: Workspace["start"] = ([command = "", ...rest], run = {}) => {
    const args = COLOURFUL.has(command) ? [command, "-no-color", ...rest] : [command, ...rest];
    const child = spawn(terraform, args, {
      cwd: directory,
      env: { ...cleanEnvironment(), HOME: home, TF_CLI_CONFIG_FILE: configFile, ...options.env, ...run.env },
      stdio: [run.stdin === undefined && run.interactive !== true ? "ignore" : "pipe", "pipe", "pipe"],
      // A process group of its own, so that a signal to the group reaches the providers and not this test run.
      detached: true,
    });
    const group = child.pid ?? -1;
    running.add(group);
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    const collect = (stream: NodeJS.ReadableStream | null, add: (text: string) => void): void => {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        add(stripVTControlCharacters(text));
        for (const listener of listeners) listener();
      });
    };
    collect(child.stdout, (text) => {
      stdout += text;
    });
    collect(child.stderr, (text) => {
      stderr += text;
    });
    child.stdin?.on("error", () => {});
    if (run.stdin !== undefined) child.stdin?.end(run.stdin);
    const closed = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const finished = closed.then(async (code): Promise<CliResult> => {
      const left = await survivors(group);
      running.delete(group);
      const result = { code, stdout, stderr, text: `${stdout}\n${stderr}`.replaceAll(/\s+/g, " ") };
      if (left.length === 0) return result;
      throw new Error(
        `terraform ${args.join(" ")} left processes behind: ${left.join("; ")}\n${result.text}`,
      );
    });
    finished.catch(() => {});
    return {
      pid: group,
      output: () => stdout + stderr,
      printed: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(stdout + stderr)) return;
            listeners.delete(look);
            resolve();
          };
          listeners.add(look);
          look();
          finished.then(
            ({ text }) => reject(new Error(`ended without printing ${pattern}: ${text}`)),
            reject,
          );
        }),
      type: (text) => child.stdin?.write(text),
      interrupt: () => signalGroup(group, "SIGINT"),
      signal: (signal) => child.kill(signal),
      finished,
    };
  };

  const run: Workspace["run"] = (args, runOptions) => start(args, runOptions).finished;
  const succeed: Workspace["succeed"] = async (args, runOptions) => {
    const result = await run(args, runOptions);
    if (result.code === 0) return result;
    throw new Error(
      `terraform ${args.join(" ")} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`,
    );
  };
  const state = (): StateFile => JSON.parse(read("terraform.tfstate")) as StateFile;
  return {
    directory,
    write,
    read,
    start,
    run,
    succeed,
    apply: (...args) => succeed(["apply", "-auto-approve", "-input=false", ...args]),
    state,
    instance: (address) =>
      state().resources.find(
        ({ mode, type: kind, name }) => mode === "managed" && `${kind}.${name}` === address,
      )?.instances[0],
  };
}

/** Our environment without what would reach Terraform or the provider by accident. */
function cleanEnvironment(): Record<string, string> {
  const env: Record<string, string> = {
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    // The CLIs are Go programs. Hundreds of short runs need no collection of garbage.
    GOGC: "off",
    GOMEMLIMIT: "2GiB",
  };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !/^(TF_|PLUGIN_|NODE_|VITEST|KAKAOCLOUD_)/.test(name)) env[name] = value;
  }
  return env;
}

/** Waits for a process group to empty; kills and names what does not leave by itself. */
async function survivors(group: number): Promise<readonly string[]> {
  const deadline = Date.now() + GROUP_WAIT_MS;
  while (processesInGroup(group).length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const left = processesInGroup(group);
  if (left.length > 0) signalGroup(group, "SIGKILL");
  return left.map(({ pid, command }) => `${pid} ${command}`);
}
