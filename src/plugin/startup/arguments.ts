import { parseCommandLine, UsageError } from "../../base/command-line.ts";
import { StartupError } from "./startup-error.ts";
import { SOURCE_ADDRESS } from "./usage.ts";

/** What a command line requests; `serve` when it has no option that says otherwise. */
export interface Arguments {
  readonly action: "serve" | "debug" | "help" | "version";
  /** The source address under which Terraform is to find a process in debug mode. */
  readonly address: string;
}

const OPTIONS = {
  debug: { kind: "switch" },
  address: { kind: "value" },
  version: { kind: "switch" },
  help: { kind: "switch", short: "h" },
} as const;
/** `namespace/type` or `host/namespace/type`. Each CLI completes the short form with its own registry. */
const ADDRESS = /^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9_-]+\/[a-z0-9_-]+$/i;

/** Reads the words after the program's name. Throws StartupError. */
export function readArguments(words: readonly string[]): Arguments {
  try {
    // One dash or two, as people know both from Terraform.
    const given = parseCommandLine(
      words.map((word) => word.replace(/^-(?=[a-z]{2})/, "--")),
      OPTIONS,
    );
    const { debug, address = SOURCE_ADDRESS } = given;
    if (!ADDRESS.test(address)) {
      throw new UsageError(`--address must be a source address such as ${SOURCE_ADDRESS}`);
    }
    const action = given.version ? "version" : given.help ? "help" : debug ? "debug" : "serve";
    return { action, address };
  } catch (error) {
    throw error instanceof UsageError ? new StartupError(error.message) : error;
  }
}
