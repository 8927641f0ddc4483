import { readFileSync } from "node:fs";
import { type OptionSpec, parseCommandLine } from "../../base/command-line.ts";
import { InputError } from "../input.ts";
import { type EmulatorOptions, readConfig } from "../options.ts";
import { PROFILES } from "../profiles.ts";
import { readSettings, SETTINGS } from "../settings.ts";

/** The options of the command line. */
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

const kebab = (setting: string) => setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const flagOf = (setting: string) => `--${kebab(setting)}`;

const OPTIONS = {
  port: { kind: "value" },
  host: { kind: "value" },
  profile: { kind: "value" },
  config: { kind: "value" },
  "print-env": { kind: "switch" },
  "exit-with-parent": { kind: "switch" },
  "url-file": { kind: "value" },
  help: { kind: "switch", short: "h" },
  version: { kind: "switch" },
} as const;
const SETTING_OPTIONS: Readonly<Record<string, OptionSpec>> = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, { kind }]) => [
    kebab(name),
    kind === "flag" ? { kind: "switch" } : { kind: "value", allowEmpty: kind === "text" },
  ]),
);

/** Columns of a terminal that --help counts on, and where what is said about an option begins. */
const HELP_WIDTH = 100;
const HELP_INDENT = 33;

/** Reads the command line's words (without node and the script). Throws UsageError and InputError. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const given = parseCommandLine(words, { ...SETTING_OPTIONS, ...OPTIONS });
  const flags = {
    printEnv: given["print-env"] ?? false,
    exitWithParent: given["exit-with-parent"] ?? false,
    ...(given["url-file"] !== undefined && { urlFile: given["url-file"] }),
  };
  if (given.help || given.version) {
    return { action: given.help ? "help" : "version", options: {}, ...flags };
  }
  const config = given.config === undefined ? {} : readFile(given.config);
  const settings = Object.keys(SETTINGS).flatMap((name) => {
    const value = (given as Readonly<Record<string, unknown>>)[kebab(name)];
    return value === undefined ? [] : [[name, value] as const];
  });
  const options = {
    ...config,
    ...(given.host !== undefined && { host: given.host }),
    ...(given.port !== undefined && { port: readPort(given.port) }),
    ...(given.profile !== undefined && { profile: given.profile }),
    settings: { ...config.settings, ...readSettings(Object.fromEntries(settings), flagOf) },
  };
  return { action: "run", options, ...flags };
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

Runs the identity, configuration, image, volume and instance APIs of KakaoCloud on your machine,
deterministic and with failures on demand. The control API is under /_emu/.

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
    throw new InputError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  return readConfig(content);
}
