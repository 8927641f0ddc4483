import { readFileSync } from "node:fs";
import { InputError } from "../input.ts";
import { type EmulatorOptions, readConfig } from "../options.ts";
import { PROFILES } from "../profiles.ts";
import { readSettings, SETTINGS, type SettingName, type Settings } from "../settings.ts";

/** What the command line asks for. */
export interface CommandLine {
  readonly action: "run" | "help" | "version";
  readonly options: EmulatorOptions;
  /** Print environment variables to paste, besides the configuration. */
  readonly printEnv: boolean;
  /** Stop when standard input ends. */
  readonly exitWithParent: boolean;
  /** File to write the URL to. */
  readonly urlFile?: string;
}

const flagOf = (setting: string) =>
  `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
const SETTING_BY_FLAG = new Map(Object.keys(SETTINGS).map((name) => [flagOf(name), name as SettingName]));
const OTHER_FLAGS = [
  "--port",
  "--host",
  "--profile",
  "--config",
  "--print-env",
  "--exit-with-parent",
  "--url-file",
  "--help",
  "--version",
];
/** Columns of a terminal that --help counts on, and where what is said about an option begins. */
const HELP_WIDTH = 100;
const HELP_INDENT = 33;

/** Reads the command line's words (without node and the script). Throws InputError. */
export function readCommandLine(words: readonly string[]): CommandLine {
  let action: CommandLine["action"] = "run";
  let printEnv = false;
  let exitWithParent = false;
  let urlFile: string | undefined;
  let config: EmulatorOptions = {};
  const told: { host?: string; port?: number; profile?: string } = {};
  const settings: Record<string, string> = {};

  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = "", ...values] = word.split("=");
    const value = () => {
      const found = values.length > 0 ? values.join("=") : rest.shift();
      if (found === undefined) throw new InputError(`${flag} needs a value.`);
      return found;
    };
    const setting = SETTING_BY_FLAG.get(flag);
    if (setting !== undefined) {
      settings[setting] = SETTINGS[setting].kind === "flag" ? (values[0] ?? "true") : value();
      continue;
    }
    switch (flag) {
      case "--help":
      case "-h":
        action = "help";
        break;
      case "--version":
        action = "version";
        break;
      case "--print-env":
        printEnv = true;
        break;
      case "--exit-with-parent":
        exitWithParent = true;
        break;
      case "--url-file":
        urlFile = value();
        break;
      case "--host":
        told.host = readHost(value());
        break;
      case "--port":
        told.port = readPort(value());
        break;
      case "--profile":
        told.profile = value();
        break;
      case "--config":
        config = readFile(value());
        break;
      default:
        throw unknownWord(flag);
    }
  }
  const all: Partial<Settings> = { ...config.settings, ...readSettings(settings, flagOf) };
  return {
    action,
    options: { ...config, ...told, settings: all },
    printEnv,
    exitWithParent,
    ...(urlFile !== undefined && { urlFile }),
  };
}

/** The text of --help. */
export function helpText(): string {
  const settings = Object.entries(SETTINGS).map(([name, setting]) => {
    const wanted = { number: " N", text: " TEXT", choice: " WORD", flag: "" }[setting.kind];
    const values = setting.kind === "choice" ? ` (${setting.choices.join(", ")})` : "";
    const fallback = setting.value === "" ? "" : ` [${setting.value}]`;
    return `  ${`${flagOf(name)}${wanted}`.padEnd(HELP_INDENT - 2)}${wrapped(`${setting.doc}${values}${fallback}`)}`;
  });
  return `Usage: kakaocloud-emulator [options]

A KakaoCloud on your own machine: the identity, configuration, image, volume and instance
APIs, asynchronous, faultable and deterministic. Its controls are under /_emu/.

  --port N                       port to listen on; 0: any free one [0]
  --host ADDRESS                 address to listen on [127.0.0.1]
  --profile NAME                 settings to begin with (${Object.keys(PROFILES).join(", ")})
  --config FILE                  JSON file: host, port, profile, settings, credentials, projects,
                                 instances, volumes, images, rules
  --print-env                    also print environment variables to paste into a shell
  --exit-with-parent             stop when standard input ends
  --url-file FILE                write the URL to this file, for health checks and scripts
  --help, -h                     print this text
  --version                      print the version

Settings (default in brackets; times in milliseconds):
${settings.join("\n")}
`;
}

/** A text as lines of the right column. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > HELP_WIDTH - HELP_INDENT) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${" ".repeat(HELP_INDENT)}`);
}

/** What to say about a word that is no option: the option that was probably meant, if one is near. */
function unknownWord(word: string): InputError {
  if (!word.startsWith("-")) return new InputError(`${word} is not an option; --help lists them all.`);
  const [nearest] = [...OTHER_FLAGS, ...SETTING_BY_FLAG.keys()]
    .map((flag) => ({ flag, distance: editDistance(word, flag) }))
    .sort((a, b) => a.distance - b.distance);
  const hint =
    nearest !== undefined && nearest.distance <= 2
      ? `did you mean ${nearest.flag}?`
      : "--help lists them all.";
  return new InputError(`There is no option ${word}; ${hint}`);
}

/** How many letters have to be put in, taken out or replaced. */
function editDistance(one: string, other: string): number {
  let previous = [...other, ""].map((_, index) => index);
  [...one].forEach((letter, row) => {
    const current = [row + 1];
    [...other].forEach((counterpart, column) => {
      const replaced = (previous[column] ?? 0) + (letter === counterpart ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    });
    previous = current;
  });
  return previous.at(-1) ?? 0;
}

/** None at all would stand for every address of the machine, which nobody means by it. */
function readHost(text: string): string {
  if (text === "") throw new InputError("--host must be an address, such as 127.0.0.1 or 0.0.0.0.");
  return text;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InputError(`--port must be 0 to 65535, not ${text}.`);
  return port;
}

function readFile(path: string): EmulatorOptions {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InputError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
  return readConfig(content);
}
