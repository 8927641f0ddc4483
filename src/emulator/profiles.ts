import { InputError } from "./input.ts";
import type { Settings } from "./settings.ts";

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
  /** Everything that clients should send is required. */
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

/** The settings of a profile. Throws InputError for an unknown name. */
export function profileSettings(name: string | undefined): Partial<Settings> {
  if (name === undefined) return {};
  const settings = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (settings === undefined) {
    const names = Object.keys(PROFILES).join(", ");
    throw new InputError(`profile must be one of ${names}, not ${JSON.stringify(name.slice(0, 60))}.`);
  }
  return settings;
}
