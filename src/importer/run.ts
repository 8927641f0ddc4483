import { readFile } from "node:fs/promises";
import { UsageError } from "../base/command-line.ts";
import { createRedactor } from "../base/redaction.ts";
import { type Diagnostic, diagnosticsOf } from "../framework/diagnostics.ts";
import { planAdoptions, readShares } from "./adoptions.ts";
import { type CommandLine, helpText, readCommandLine } from "./arguments.ts";
import { type Cloud, connect } from "./cloud.ts";
import { configurationOf } from "./configuration.ts";
import { type Console, type ConsoleStream, createConsole } from "./console.ts";
import { MistakenInput } from "./errors.ts";
import { type ManagedObjects, managedObjects } from "./managed.ts";
import { openOutputFile } from "./output-file.ts";
import { report, summaryOf } from "./report.ts";
import { selectImages } from "./selection.ts";

/** How the program was called, and where its output goes. */
export interface Invocation {
  /** The words of its name, for messages. */
  readonly program: string;
  readonly version: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** See `CloudOptions`. */
  readonly timeScale?: number | undefined;
  /** Takes the configuration; resolves when all of it is written, or when nobody wants to read on. */
  readonly print: (text: string) => Promise<void>;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  readonly stderr: ConsoleStream;
}

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/** Runs the command line and returns the exit code. Errors are written to standard error. */
export async function run(invocation: Invocation): Promise<number> {
  const { program, version, env, timeScale, stderr } = invocation;
  const redactor = createRedactor();
  const console = createConsole(program, stderr, env, redactor.redactText);
  try {
    const commandLine = readCommandLine(invocation.args);
    if (commandLine.action === "run") {
      const log = (line: string): void => {
        if (commandLine.verbose) console.say(line);
      };
      const cloud = () => connect(commandLine, { version, env, redactor, console, timeScale, log });
      await adopt(commandLine, cloud, console, invocation);
    } else {
      const text = commandLine.action === "help" ? helpText(program) : `${program} ${version}\n`;
      await printAll(text, invocation);
    }
    return DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      console.fail(error.message);
      return WRONG_USAGE;
    }
    if (error instanceof MistakenInput) console.fail(error.message);
    else for (const diagnostic of diagnosticsOf(error, program)) console.fail(textOf(diagnostic));
    return FAILED;
  } finally {
    console.clear();
  }
}

const textOf = ({ summary, detail }: Diagnostic): string => `${summary}\n\n${detail}`;

async function adopt(
  commandLine: CommandLine,
  connectToCloud: () => Promise<Cloud>,
  console: Console,
  invocation: Invocation,
): Promise<void> {
  const { program, version, readInput } = invocation;
  // What needs no cloud comes first, so that a mistake is reported before a long wait.
  const { out, force } = commandLine;
  const file = out === undefined ? undefined : openOutputFile(out, { force });
  const managed = await readStates(commandLine.excludeStates, readInput);

  console.progress("signing in ...");
  const cloud = await connectToCloud();
  console.progress("reading the images ...");
  const images = (await cloud.images(commandLine)).filter(commandLine.keeps);
  const selection = selectImages(images);
  const shares = commandLine.members
    ? await readShares(cloud, selection.adoptable, managed, console)
    : new Map<string, readonly string[]>();
  const adoptions = planAdoptions(selection.adoptable, shares, managed);

  if (adoptions.length > 0) {
    const text = configurationOf(adoptions, `${program} ${version}`, commandLine.providerName);
    if (file === undefined) await printAll(text, invocation);
    else file.write(text);
  }
  report({ selection, adoptions, managed, commandLine }, console);
  console.say(`${program}: ${summaryOf({ selection, adoptions, managed, commandLine })}`);
}

async function printAll(text: string, { print }: Invocation): Promise<void> {
  try {
    await print(text);
  } catch (error) {
    throw new MistakenInput(`Standard output cannot be written: ${(error as Error).message}.`);
  }
}

async function readStates(
  sources: readonly string[],
  readInput: Invocation["readInput"],
): Promise<ManagedObjects> {
  const states = sources.map(async (source) => {
    const name = source === "-" ? "standard input" : source;
    try {
      return { source: name, text: source === "-" ? await readInput() : await readText(source) };
    } catch (error) {
      throw new MistakenInput(`The state in ${name} cannot be read: ${(error as Error).message}.`);
    }
  });
  return managedObjects(await Promise.all(states));
}

/** A file's text. PowerShell writes the output of a command as UTF-16, with a mark that says so. */
async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf16le" : "utf8");
}
