import * as v from "valibot";
import { NOUN_NAMES, NOUNS, type NounName, type SeedOf } from "./api/nouns.ts";
import { credential } from "./api/project/model.ts";
import { type RuleSpec, ruleSpec } from "./faults/rule.ts";
import { integerIn, listOf, objectOf, readInput, text } from "./input.ts";
import { readSettings, type Settings } from "./settings.ts";

const base = {
  /** Address to listen on; 127.0.0.1 by default. */
  host: v.exactOptional(text(1)),
  /** Port to listen on; 0, any free one, by default. */
  port: v.exactOptional(integerIn(0, 65_535)),
  /** A named set of settings to begin with. */
  profile: v.exactOptional(text(1)),
  /** The only credentials to accept; any non-empty pair when empty. */
  credentials: v.exactOptional(listOf(credential)),
};

const schema = objectOf({
  ...base,
  settings: v.exactOptional(v.record(v.string(), v.unknown(), "a JSON object")),
  ...Object.fromEntries(NOUN_NAMES.map((name) => [name, v.exactOptional(listOf(NOUNS[name].schema))])),
  rules: v.exactOptional(listOf(ruleSpec)),
});

/** How to start an emulator; a config file holds the same as JSON. */
export type EmulatorOptions = Readonly<v.InferOutput<ReturnType<typeof objectOf<typeof base>>>> & {
  readonly settings?: Partial<Settings>;
  readonly rules?: readonly RuleSpec[];
} & { readonly [N in NounName]?: readonly SeedOf<N>[] };

/** Checks the content of a config file. Throws InputError. */
export function readConfig(content: unknown): EmulatorOptions {
  const { settings, ...options } = readInput(schema, content, "The config file");
  return {
    ...options,
    ...(settings !== undefined && { settings: readSettings(settings, (name) => `settings.${name}`) }),
  };
}
