import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";

/** An option of a command: a switch is on or off, `value` takes one value (the last one counts), `values` may be repeated. */
export interface OptionSpec {
  readonly kind: "switch" | "value" | "values";
  /** One letter: `h` for `-h`. */
  readonly short?: string;
  /** Whether an empty text is a value. */
  readonly allowEmpty?: boolean;
}

/** What was given of each option; undefined where it was not. */
export type OptionValues<Specs extends Readonly<Record<string, OptionSpec>>> = {
  readonly [Name in keyof Specs]?: Specs[Name]["kind"] extends "switch"
    ? boolean
    : Specs[Name]["kind"] extends "value"
      ? string
      : readonly string[];
};

/** What is wrong with a command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the words of a command line, without the program's name. A switch also takes `=true` and `=false`, and `--no-NAME`
 * turns it off. Throws UsageError for everything that is not an option of `specs` or that an option does not take.
 */
export function parseCommandLine<const Specs extends Readonly<Record<string, OptionSpec>>>(
  words: readonly string[],
  specs: Specs,
): OptionValues<Specs> {
  const options = Object.entries(specs).map(([name, { kind, short }]) => [
    name,
    { type: kind === "switch" ? ("boolean" as const) : ("string" as const), ...(short && { short }) },
  ]);
  // Not strict: Node's own errors are texts for Node's users. Its tokens say everything that is needed for ours.
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(options),
    strict: false,
    tokens: true,
  });
  const values: Record<string, boolean | string | readonly string[]> = {};
  for (const token of tokens) {
    if (token.kind === "positional") throw new UsageError(`unexpected argument ${token.value} (see --help)`);
    if (token.kind === "option-terminator") continue;
    const { name, rawName, value } = token;
    const negated = name.startsWith("no-") ? specOf(specs, name.slice(3)) : undefined;
    const spec = specOf(specs, name);
    if (spec?.kind === "switch") {
      values[name] = readSwitch(rawName, value);
    } else if (spec !== undefined) {
      const text = readValue(rawName, token, spec);
      const before = values[name];
      values[name] = spec.kind === "value" ? text : [...(Array.isArray(before) ? before : []), text];
    } else if (negated?.kind === "switch" && value === undefined) {
      values[name.slice(3)] = false;
    } else {
      throw unknownOption(rawName, Object.keys(specs));
    }
  }
  return values as OptionValues<Specs>;
}

function specOf(specs: Readonly<Record<string, OptionSpec>>, name: string): OptionSpec | undefined {
  return Object.hasOwn(specs, name) ? specs[name] : undefined;
}

function readSwitch(option: string, value: string | undefined): boolean {
  if (value === undefined || value === "true") return true;
  if (value === "false") return false;
  throw new UsageError(`${option} must be true or false, got: ${JSON.stringify(value)}`);
}

function readValue(
  option: string,
  { value, inlineValue }: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  { allowEmpty }: OptionSpec,
): string {
  // The next option is not a value; a negative number and "-" are.
  const isOption = inlineValue === false && /^-[^\d]/.test(value ?? "");
  if (isOption)
    throw new UsageError(`${option} needs a value; if the value is ${value}, write ${option}=${value}`);
  if (value === undefined || (value === "" && !allowEmpty)) throw new UsageError(`${option} needs a value`);
  return value;
}

function unknownOption(option: string, names: readonly string[]): UsageError {
  const meant = nearest(
    option,
    names.map((name) => `--${name}`),
  );
  return new UsageError(
    `unknown option ${option} (${meant === undefined ? "" : `did you mean ${meant}? `}see --help)`,
  );
}
