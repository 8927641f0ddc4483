import * as v from "valibot";
import {
  clockMs,
  delayMs,
  flag,
  InputError,
  integerIn,
  numberIn,
  oneOf,
  projectId,
  readInput,
  text,
  textThat,
  time,
} from "./input.ts";

/** One setting: its default, the values it takes, and its meaning for people. */
interface Setting<Kind extends string, Value> {
  readonly kind: Kind;
  readonly value: Value;
  readonly schema: v.GenericSchema<unknown, Value>;
  readonly doc: string;
  /** Whether it only counts when an emulator starts. */
  readonly atStart?: boolean;
}
interface Choice<C extends string> extends Setting<"choice", C> {
  readonly choices: readonly C[];
}

const numeric = (
  value: number,
  schema: v.GenericSchema<unknown, number>,
  doc: string,
): Setting<"number", number> => ({
  kind: "number",
  value,
  schema,
  doc,
});
const duration = (value: number, doc: string) => numeric(value, clockMs(), doc);
const delay = (doc: string) => numeric(0, delayMs(), doc);
const count = (value: number, minimum: number, maximum: number, doc: string) =>
  numeric(value, integerIn(minimum, maximum), doc);
/** The status of a success. */
const status = (value: number, doc: string) => count(value, 200, 299, doc);
const toggle = (value: boolean, doc: string): Setting<"flag", boolean> => ({
  kind: "flag",
  value,
  schema: flag,
  doc,
});
const textual = (
  value: string,
  schema: v.GenericSchema<unknown, string>,
  doc: string,
): Setting<"text", string> => ({
  kind: "text",
  value,
  schema,
  doc,
});
/** The first choice is the default. */
const choice = <const C extends string>(choices: readonly [C, ...C[]], doc: string): Choice<C> => ({
  kind: "choice",
  value: choices[0],
  choices,
  schema: oneOf(choices),
  doc,
});
const atStart = <S extends Setting<string, unknown>>(setting: S): S => ({ ...setting, atStart: true });
const TIME_OR_EMPTY = "empty or an RFC 3339 time from 1970 to 8999";

/**
 * Every setting of the emulator with its default, its values and its meaning. What the public documentation of KakaoCloud
 * leaves open is a setting. Names are the same in the config file, in `startEmulator({ settings })` and in
 * `/_emu/settings`; on the command line they are in kebab case (`queuedMs` is `--queued-ms`). Names ending in Ms are
 * milliseconds.
 */
export const SETTINGS = {
  seed: atStart(
    count(
      1,
      0,
      Number.MAX_SAFE_INTEGER,
      "drives IDs, tokens, jitter and shuffles: same seed and same request order give the same bytes",
    ),
  ),
  clock: atStart(choice(["real", "virtual"], "a virtual clock stands still until it is advanced")),
  baseTime: atStart(
    textual(
      "",
      v.union([v.literal(""), time()], TIME_OR_EMPTY),
      "start time of the clock (RFC 3339); empty: the machine's time",
    ),
  ),
  tickMs: duration(0, "every API request moves the clock forward by this much"),
  timeFormat: choice(
    ["seconds", "millis", "micros", "kst", "naive"],
    "how created_at and updated_at are written",
  ),
  advertisedUrl: textual(
    "",
    textThat((url) => url === "" || URL.canParse(url), "empty or a URL"),
    "base URL that client-endpoints returns; empty: the URL of the request",
  ),
  allowedHosts: atStart(
    textual(
      "",
      text(),
      "more host names for the control API, separated by commas; IP addresses and local names always work",
    ),
  ),
  journalLimit: count(20_000, 1, 1_000_000, "number of requests that the journal keeps"),
  latencyMs: delay("delay before each API response"),
  latencyJitterMs: delay("up to this much more, drawn from the seed"),
  bytesPerSecond: numeric(0, numberIn(0, 1e9), "bytes per second of each API response's body; 0: unlimited"),

  rateLimitPerSecond: numeric(
    0,
    numberIn(0, 1e6),
    "API requests accepted per second, more get 429; 0: unlimited",
  ),
  rateLimitBurst: count(1, 1, 1_000_000, "API requests accepted at once before the rate limit counts"),
  rateLimitRetryAfter: count(0, 0, 1_000_000, "seconds in the Retry-After of these 429s; 0: no header"),
  outageFromMs: duration(0, "time since the start when an outage begins: 503 for every API request"),
  outageUntilMs: duration(0, "time since the start when that outage ends; 0: no outage"),
  failureRate: numeric(
    0,
    numberIn(0, 1),
    "share of API requests that fail, from 0 to 1, drawn from the seed",
  ),
  failureStatus: count(503, 400, 599, "status of these failures"),

  project: atStart(
    textual("9f2c4b7a1d6e43c58a0b7e2f1c3d5a68", projectId(), "project of the credentials that have no other"),
  ),
  role: choice(["member", "admin", "reader"], "role in the project; readers get 403 for every write"),
  tokenTtlMs: duration(43_200_000, "lifetime of a token"),
  tokenMaxUses: count(0, 0, 1e9, "API calls after which a token expires; 0: never"),
  expiresSkewMs: numeric(
    0,
    numberIn(-1e12, 1e12),
    "added to expires_at in the response, not to the real expiry",
  ),
  unauthorizedBody: choice(
    ["bcs", "keystone-int", "fastapi-422", "html", "empty", "text"],
    "body of 401 outside the identity service",
  ),
  enforceContentType: toggle(
    false,
    "415 for a body or a token request without Content-Type: application/json",
  ),
  enforceApiVersion: toggle(false, "400 without the header X-Api-Version"),
  enforceUserAgent: toggle(false, "400 without a User-Agent"),
  validation: choice(["bcs-400", "fastapi-422"], "status and body of refused parameters"),
  unknownQuery: choice(["ignore", "reject"], "unknown query parameters"),

  queuedMs: duration(300, "time an image stays queued"),
  queuedJitterMs: duration(0, "up to this much more, drawn from the seed"),
  savingMs: duration(700, "time an image stays saving"),
  savingJitterMs: duration(0, "up to this much more, drawn from the seed"),
  visibleAfterMs: duration(0, "time for which a new image returns 404"),
  flipFlopMs: duration(0, "time after that in which a new image returns 404 or 200, drawn from the seed"),
  listDelayMs: duration(0, "age of the data that lists show"),
  deleteMode: choice(
    ["immediate", "pending_delete", "deleted"],
    "status of a deleted image until it no longer exists",
  ),
  deleteDelayMs: duration(0, "time for which pending_delete or deleted stays visible with HTTP 200"),
  duplicateNames: choice(
    ["allow", "reject"],
    "a second image of the same name in a project: 409 when rejected",
  ),
  nameRule: choice(
    ["length", "strict", "none"],
    "image names: 1 to 250 characters, or also the official provider's alphabet, or anything",
  ),
  descriptionLimit: count(100, 0, 1_000_000, "longest description in characters; 0: unlimited"),
  emptyDescription: choice(["store", "dash", "null"], 'an update to "" is stored, becomes "-", or null'),
  emptyUpdate: choice(["reject", "accept"], "an update that changes nothing: 400 when rejected"),
  volumeBusy: toggle(
    true,
    "while its image is pending, a volume is uploading and refuses other images with 409",
  ),
  createStatus: status(202, "status of an accepted image"),
  updateStatus: status(200, "status of an update"),
  deleteStatus: status(204, "status of a delete"),
  memberAddStatus: status(200, "status of a new share"),
  memberRemoveStatus: status(204, "status of a removed share"),

  memberDelayMs: duration(0, "time for which a new share is missing from the member list"),
  memberAccept: choice(["pending", "accepted"], "status of a new share"),
  memberRepeat: choice(["reject", "accept"], "sharing again: 409 when rejected"),
  memberRemoved: choice(
    ["hide", "show"],
    "removed shares stay in the member list with is_shared false when shown",
  ),
  unknownProjects: choice(["reject", "accept"], "sharing with an unknown project: 404 when rejected"),

  limitDefault: count(20, 1, 1_000_000, "default page size"),
  limitMax: count(1000, 1, 1_000_000, "largest page"),
  limitMode: choice(["clamp", "reject"], "larger limits are reduced to the largest, or refused with 422"),
  nameFilter: choice(["exact", "contains"], "how image and volume lists filter by name"),
  timeFilter: choice(
    ["contains", "equal"],
    "how created_at and updated_at filters compare with the ISO text",
  ),
  attachedOrder: choice(["stable", "shuffled"], "order of an instance's attached_volumes"),

  preloadImages: atStart(
    count(0, 0, 1_000_000, "images that the project starts with, besides the five public ones"),
  ),
} as const;

/** A setting's name. */
export type SettingName = keyof typeof SETTINGS;

/** A value for every setting. */
export type Settings = { -readonly [K in SettingName]: v.InferOutput<(typeof SETTINGS)[K]["schema"]> };

/** Every setting at its default. */
export function defaultSettings(): Settings {
  return Object.fromEntries(Object.entries(SETTINGS).map(([name, { value }]) => [name, value])) as Settings;
}

/** Whether a setting has its effect only when an emulator starts. */
export function isStartSetting(name: string): boolean {
  const settings: Readonly<Record<string, { readonly atStart?: boolean }>> = SETTINGS;
  return Object.hasOwn(settings, name) && settings[name]?.atStart === true;
}

/**
 * Checks settings from outside; numbers and flags may be strings, as on a command line. `label` says what a setting is
 * called where it comes from. Throws InputError.
 */
export function readSettings(
  given: Readonly<Record<string, unknown>>,
  label: (name: SettingName) => string = (name) => name,
): Partial<Settings> {
  const entries = Object.entries(given).map(([name, value]) => {
    if (!isSettingName(name))
      throw new InputError(`There is no setting named ${JSON.stringify(name.slice(0, 60))}.`);
    const { kind, schema } = SETTINGS[name];
    return [name, readInput(schema, parsed(kind, value), label(name))];
  });
  return Object.fromEntries(entries) as Partial<Settings>;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** The value of a string from a command line; any other text stays as it is, for the message. */
function parsed(kind: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (kind === "number" && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  if (kind === "flag" && ["", "true"].includes(value)) return true;
  if (kind === "flag" && value === "false") return false;
  return value;
}
