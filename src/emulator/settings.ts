/**
 * Every setting of the emulator with its default and its meaning. What the public documentation leaves open is a setting here
 * and never hard-coded. Names are the same in the config file, in `startEmulator({ settings })`, in `/_emu/settings`, and, in
 * kebab case, on the command line (`queuedMs` is `--queued-ms`). Names ending in Ms are milliseconds.
 */
interface NumberSetting {
  readonly kind: "number";
  readonly value: number;
  readonly doc: string;
}
interface FlagSetting {
  readonly kind: "flag";
  readonly value: boolean;
  readonly doc: string;
}
interface TextSetting {
  readonly kind: "text";
  readonly value: string;
  readonly doc: string;
}
interface ChoiceSetting<C extends string> {
  readonly kind: "choice";
  readonly value: C;
  readonly choices: readonly C[];
  readonly doc: string;
}

const number = (value: number, doc: string): NumberSetting => ({ kind: "number", value, doc });
const flag = (value: boolean, doc: string): FlagSetting => ({ kind: "flag", value, doc });
const text = (value: string, doc: string): TextSetting => ({ kind: "text", value, doc });
/** The first choice is the default. */
const choice = <C extends string>(choices: readonly [C, ...C[]], doc: string): ChoiceSetting<C> => ({
  kind: "choice",
  value: choices[0],
  choices,
  doc,
});

/** The table itself: name -> kind, default, meaning. */
export const SETTINGS = {
  seed: number(
    1,
    "drives ids, tokens, jitter and shuffles: same seed and same request order give the same bytes",
  ),
  clock: choice(["real", "virtual"], "a virtual clock stands still until it is advanced"),
  baseTime: text("", "time at which the clock starts (RFC 3339); empty: the machine's time"),
  tickMs: number(0, "every API request moves the clock forward by this much"),
  timeFormat: choice(
    ["seconds", "millis", "micros", "kst", "naive"],
    "how created_at and updated_at are written",
  ),
  advertisedUrl: text(
    "",
    "base URL told by client-endpoints; empty: the one by which the emulator was reached",
  ),
  journalLimit: number(20_000, "how many requests the journal remembers"),
  latencyMs: number(0, "delay before each API answer"),
  latencyJitterMs: number(0, "up to this much more, drawn from the seed"),
  bytesPerSecond: number(0, "speed of every API answer's body; 0: unlimited"),

  project: text("9f2c4b7a1d6e43c58a0b7e2f1c3d5a68", "project of credentials that name no other"),
  role: choice(["member", "admin", "reader"], "role in the project; readers get 403 for every write"),
  tokenTtlMs: number(43_200_000, "life of a token"),
  tokenMaxUses: number(0, "a token expires after so many API calls; 0: never"),
  expiresSkewMs: number(0, "added to the expires_at that clients are told, not to the real expiry"),
  unauthorizedBody: choice(
    ["bcs", "keystone-int", "fastapi-422", "html", "empty", "text"],
    "body of 401 outside the identity service",
  ),
  enforceContentType: flag(false, "415 for a body or a token request without Content-Type: application/json"),
  enforceApiVersion: flag(false, "400 without the header X-Api-Version"),
  enforceUserAgent: flag(false, "400 without a User-Agent"),
  validation: choice(["bcs-400", "fastapi-422"], "status and body of refused parameters"),
  unknownQuery: choice(["ignore", "reject"], "unknown query parameters"),

  queuedMs: number(300, "time an image stays queued"),
  queuedJitterMs: number(0, "up to this much more, drawn from the seed"),
  savingMs: number(700, "time an image stays saving"),
  savingJitterMs: number(0, "up to this much more, drawn from the seed"),
  visibleAfterMs: number(0, "a new image answers 404 for so long"),
  flipFlopMs: number(0, "for so long after that, a new image answers 404 or 200 by the seed"),
  listDelayMs: number(0, "lists show images as they were so long ago"),
  deleteMode: choice(
    ["immediate", "pending_delete", "deleted"],
    "what a deleted image shows until it is gone",
  ),
  deleteDelayMs: number(0, "how long pending_delete or deleted stays visible with HTTP 200"),
  duplicateNames: choice(
    ["allow", "reject"],
    "a second image of the same name in a project: 409 when rejected",
  ),
  nameRule: choice(
    ["length", "strict", "none"],
    "image names: 1 to 250 characters, or also the official provider's alphabet, or anything",
  ),
  descriptionLimit: number(100, "longest description in characters; 0: unlimited"),
  emptyDescription: choice(["store", "dash", "null"], 'an update to "" is stored, becomes "-", or null'),
  emptyUpdate: choice(["reject", "accept"], "an update that changes nothing: 400 when rejected"),
  volumeBusy: flag(
    true,
    "a volume is uploading, and refuses other images with 409, while its image is pending",
  ),
  imageDiskFormat: choice(["qcow2", "raw"], "disk_format of new images"),
  createStatus: number(202, "status of an accepted image"),
  updateStatus: number(200, "status of an update"),
  deleteStatus: number(204, "status of a delete"),
  memberAddStatus: number(200, "status of a new share"),
  memberRemoveStatus: number(204, "status of a removed share"),

  memberDelayMs: number(0, "a new share is missing from the member list for so long"),
  memberAccept: choice(["pending", "accepted"], "status of a new share"),
  memberRepeat: choice(["reject", "accept"], "sharing again: 409 when rejected"),
  memberRemoved: choice(
    ["hide", "show"],
    "removed shares stay in the member list with is_shared false when shown",
  ),
  unknownProjects: choice(["reject", "accept"], "sharing with an unknown project: 404 when rejected"),

  limitDefault: number(20, "page size when none is asked for"),
  limitMax: number(1000, "largest page"),
  limitMode: choice(["clamp", "reject"], "larger limits are cut to the largest, or answered 422"),
  nameFilter: choice(["exact", "contains"], "how image and volume lists filter by name"),
  instanceNameFilter: choice(["contains", "exact"], "how the instance list filters by name"),
  timeFilter: choice(
    ["contains", "equal"],
    "how created_at and updated_at filters compare with the ISO text",
  ),
  attachedOrder: choice(["stable", "shuffled"], "order of an instance's attached_volumes"),

  preloadImages: number(0, "images of the project to start with, besides the five public ones"),
} as const;

/** A setting's name. */
export type SettingName = keyof typeof SETTINGS;

type ValueOf<K> = K extends NumberSetting
  ? number
  : K extends FlagSetting
    ? boolean
    : K extends ChoiceSetting<infer C>
      ? C
      : string;

/** A value for every setting. */
export type Settings = { -readonly [K in SettingName]: ValueOf<(typeof SETTINGS)[K]> };

/** A setting that the emulator can't use; the message names it and says what is possible. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** Every setting at its default. */
export function defaultSettings(): Settings {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, setting.value]),
  ) as Settings;
}

/** Whether a text names a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Whether a setting has its effect only when an emulator starts. */
export function isStartSetting(name: string): boolean {
  return ["seed", "clock", "baseTime", "project", "preloadImages"].includes(name);
}

/**
 * Checks settings from outside (values may be texts, as from a command line). Throws SettingError, which calls each setting what
 * `label` says it is called where the settings come from.
 */
export function readSettings(
  settings: Readonly<Record<string, unknown>>,
  label: (name: SettingName) => string = (name) => name,
): Partial<Settings> {
  const entries = Object.entries(settings).map(([name, value]) => {
    if (!isSettingName(name)) throw new SettingError(`There is no setting named ${JSON.stringify(name)}.`);
    return [name, readValue(name, value, label(name))];
  });
  return Object.fromEntries(entries) as Partial<Settings>;
}

function readValue(name: SettingName, value: unknown, label: string): number | boolean | string {
  const setting: NumberSetting | FlagSetting | TextSetting | ChoiceSetting<string> = SETTINGS[name];
  const wrong = (wanted: string) =>
    new SettingError(`${label} must be ${wanted}, not ${JSON.stringify(value)}.`);
  switch (setting.kind) {
    case "number": {
      const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      if (typeof parsed !== "number" || !Number.isFinite(parsed)) throw wrong("a number");
      if (parsed < 0 && name !== "expiresSkewMs") throw wrong("zero or more");
      return parsed;
    }
    case "flag":
      if (value === true || value === "true" || value === "") return true;
      if (value === false || value === "false") return false;
      throw wrong("true or false");
    case "choice":
      if (typeof value === "string" && setting.choices.includes(value)) return value;
      throw wrong(`one of ${setting.choices.join(", ")}`);
    case "text":
      if (typeof value !== "string") throw wrong("a text");
      if (name === "baseTime" && value !== "" && Number.isNaN(Date.parse(value)))
        throw wrong("an RFC 3339 time");
      return value;
  }
}
