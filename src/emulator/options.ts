import type { Credential } from "./api/project/model.ts";
import { isObject } from "./api/request.ts";
import type { RuleSpec } from "./faults/rule.ts";
import { readSettings, SettingError, type Settings } from "./settings.ts";
import type { ImageSeed, InstanceSeed, ProjectSeed, VolumeSeed } from "./state/seeds.ts";

/** How to start an emulator; a config file holds the same as JSON. */
export interface EmulatorOptions {
  /** Address to listen on; 127.0.0.1 unless told. */
  readonly host?: string;
  /** Port to listen on; 0, any free one, unless told. */
  readonly port?: number;
  /** A named set of settings to begin with. */
  readonly profile?: string;
  readonly settings?: Partial<Settings>;
  /** The only credentials to accept; any non-empty pair when empty. */
  readonly credentials?: readonly Credential[];
  readonly projects?: readonly ProjectSeed[];
  readonly instances?: readonly InstanceSeed[];
  readonly volumes?: readonly VolumeSeed[];
  readonly images?: readonly ImageSeed[];
  readonly rules?: readonly RuleSpec[];
}

/** Named sets of settings. */
export const PROFILES: Readonly<Record<string, Partial<Settings>>> = {
  /** As fast as possible: images are active at once. */
  instant: { queuedMs: 0, savingMs: 0 },
  /** Durations of a real region. */
  realistic: {
    queuedMs: 3_000,
    queuedJitterMs: 5_000,
    savingMs: 60_000,
    savingJitterMs: 120_000,
    latencyMs: 30,
    latencyJitterMs: 90,
  },
  /** Everything that clients are told to send is demanded. */
  strict: {
    enforceContentType: true,
    enforceApiVersion: true,
    enforceUserAgent: true,
    unknownQuery: "reject",
    nameRule: "strict",
    limitMode: "reject",
    duplicateNames: "reject",
  },
  /** Reads lag behind writes everywhere. */
  eventual: {
    visibleAfterMs: 500,
    flipFlopMs: 1_000,
    listDelayMs: 1_500,
    memberDelayMs: 1_000,
    deleteMode: "pending_delete",
    deleteDelayMs: 1_500,
  },
};

const LISTS = ["credentials", "projects", "instances", "volumes", "images", "rules"] as const;

/** Checks the content of a config file. Throws SettingError. */
export function readConfig(content: unknown): EmulatorOptions {
  if (!isObject(content)) throw new SettingError("The config file must hold a JSON object.");
  for (const [key, value] of Object.entries(content)) {
    const right =
      key === "port"
        ? Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535
        : key === "host" || key === "profile"
          ? typeof value === "string" && value !== ""
          : key === "settings"
            ? isObject(value)
            : LISTS.some((list) => list === key) && Array.isArray(value) && value.every(isObject);
    if (!right)
      throw new SettingError(`The config file's ${JSON.stringify(key)} is unknown or of the wrong type.`);
  }
  if (isObject(content.settings)) readSettings(content.settings);
  return content;
}

/** The settings that a profile stands for. Throws SettingError for an unknown name. */
export function profileSettings(name: string | undefined): Partial<Settings> {
  if (name === undefined) return {};
  const settings = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (settings === undefined) {
    throw new SettingError(
      `A profile is one of ${Object.keys(PROFILES).join(", ")}, not ${JSON.stringify(name)}.`,
    );
  }
  return settings;
}
