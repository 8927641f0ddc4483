import { readFileSync } from "node:fs";
import { KNOBS, type KnobName, type Knobs, readKnobs, SettingError } from "./knobs.ts";
import { type EmulatorOptions, PROFILES, readConfig } from "./options.ts";

/** What the command line asks for. */
export interface CommandLine {
  readonly action: "run" | "help" | "version";
  readonly options: EmulatorOptions;
  /** Print environment variables to paste, besides the configuration. */
  readonly printEnv: boolean;
  /** Stop when standard input ends. */
  readonly exitWithParent: boolean;
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const KNOB_BY_FLAG = new Map(Object.keys(KNOBS).map((name) => [`--${kebab(name)}`, name as KnobName]));

/** Reads the command line's words (without node and the script). Throws SettingError. */
export function readCommandLine(words: readonly string[]): CommandLine {
  let action: CommandLine["action"] = "run";
  let printEnv = false;
  let exitWithParent = false;
  let config: EmulatorOptions = {};
  const told: { host?: string; port?: number; profile?: string } = {};
  const knobs: Record<string, string> = {};

  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = "", ...values] = word.split("=");
    const value = () => {
      const found = values.length > 0 ? values.join("=") : rest.shift();
      if (found === undefined) throw new SettingError(`${flag} needs a value.`);
      return found;
    };
    const knob = KNOB_BY_FLAG.get(flag);
    if (knob !== undefined) {
      knobs[knob] = KNOBS[knob].kind === "flag" ? (values[0] ?? "true") : value();
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
      case "--host":
        told.host = value();
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
        throw new SettingError(`There is no option ${word}; --help lists them all.`);
    }
  }
  const all: Partial<Knobs> = { ...config.knobs, ...readKnobs(knobs) };
  return { action, options: { ...config, ...told, knobs: all }, printEnv, exitWithParent };
}

/** The text of --help. */
export function helpText(): string {
  const knobs = Object.entries(KNOBS).map(([name, knob]) => {
    const values = knob.kind === "choice" ? ` (${knob.choices.join(", ")})` : "";
    const fallback = knob.value === "" ? "" : ` [${knob.value}]`;
    return `  --${kebab(name).padEnd(28)} ${knob.doc}${values}${fallback}`;
  });
  return `Usage: kakaocloud-emulator [options]

A KakaoCloud on your own machine: the identity, configuration, image, volume and instance
APIs, asynchronous, faultable and deterministic. Its controls are under /_emu/.

  --port N                       port to listen on; 0: any free one [0]
  --host ADDRESS                 address to listen on [127.0.0.1]
  --profile NAME                 a set of knobs to begin with (${Object.keys(PROFILES).join(", ")})
  --config FILE                  JSON file: host, port, profile, knobs, credentials, projects,
                                 instances, volumes, images, rules
  --print-env                    also print environment variables to paste into a shell
  --exit-with-parent             stop when standard input ends
  --help, --version

Knobs (default in brackets; times in milliseconds):
${knobs.join("\n")}
`;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new SettingError(`--port must be 0 to 65535, not ${text}.`);
  return port;
}

function readFile(path: string): EmulatorOptions {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SettingError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
  return readConfig(content);
}
