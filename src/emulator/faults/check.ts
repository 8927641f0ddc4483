import { BODY_KINDS } from "../api/errors.ts";
import { isObject } from "../api/request.ts";
import { SettingError } from "../settings.ts";
import { MALFORMED_VARIANTS } from "./malformed.ts";
import type { Fault, RuleSpec } from "./rule.ts";

const RETRY = { retryAfter: "number", retryAfterDate: "number" } as const;

/** The fields of each kind of fault; a trailing `!` marks those that must be there. */
const FIELDS: Readonly<Record<Fault["kind"], Readonly<Record<string, string>>>> = {
  latency: { ms: "number!", maxMs: "number" },
  "slow-body": { bytesPerSecond: "number!" },
  status: {
    status: "number!",
    body: "string",
    code: "string",
    message: "string",
    applied: "boolean",
    ...RETRY,
  },
  "rate-limit": { burst: "number!", perSecond: "number!", per: "string", body: "string", ...RETRY },
  conflict: { code: "string", message: "string" },
  "reset-before": {},
  "reset-after": {},
  "reset-mid-body": {},
  "close-after-read": { applied: "boolean" },
  stall: { applied: "boolean", afterHeaders: "boolean" },
  truncated: {},
  malformed: { variant: "string!" },
  redirect: { location: "string!", status: "number" },
  refuse: { ms: "number!" },
  "revoke-tokens": { scope: "string" },
  lifecycle: { queuedMs: "number", savingMs: "number", stuckIn: "string", end: "any", later: "object" },
};

const MATCH_FIELDS: Readonly<Record<string, string>> = {
  method: "string",
  path: "string",
  route: "string",
  token: "string",
  imageName: "string",
  body: "string",
  fromMs: "number",
  untilMs: "number",
  nth: "any",
  every: "number",
  after: "number",
  probability: "number",
};

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  body: BODY_KINDS,
  variant: MALFORMED_VARIANTS,
  per: ["all", "token", "route"],
  scope: ["all", "this"],
  stuckIn: ["queued", "saving"],
};

/** Checks a rule that came from outside. Throws SettingError naming what is wrong with it. */
export function checkRule(rule: unknown): asserts rule is RuleSpec {
  if (!isObject(rule)) throw new SettingError("A rule is an object with a fault.");
  checkFields("rule", rule, {
    id: "string",
    match: "object",
    fault: "object!",
    times: "number",
    delayMs: "number",
  });
  if (isObject(rule.match)) checkFields("match", rule.match, MATCH_FIELDS);
  if (!isObject(rule.fault)) throw new SettingError("A rule's fault is an object.");
  const { kind, ...fields } = rule.fault;
  const known =
    typeof kind === "string" && Object.hasOwn(FIELDS, kind) ? FIELDS[kind as Fault["kind"]] : undefined;
  if (known === undefined) {
    throw new SettingError(
      `A fault's kind is one of ${Object.keys(FIELDS).join(", ")}, not ${JSON.stringify(kind)}.`,
    );
  }
  checkFields(`fault ${kind}`, fields, known);
  for (const [field, choices] of Object.entries(CHOICES)) {
    if (fields[field] !== undefined && !choices.includes(fields[field])) {
      throw new SettingError(
        `${field} is one of ${choices.join(", ")}, not ${JSON.stringify(fields[field])}.`,
      );
    }
  }
}

function checkFields(
  what: string,
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, string>>,
): void {
  for (const [field, type] of Object.entries(known)) {
    if (type.endsWith("!") && given[field] === undefined)
      throw new SettingError(`The ${what} needs ${field}.`);
  }
  for (const [field, value] of Object.entries(given)) {
    const type = Object.hasOwn(known, field) ? known[field]?.replace("!", "") : undefined;
    if (type === undefined) {
      throw new SettingError(
        `The ${what} has no ${field}; it has ${Object.keys(known).join(", ") || "no fields"}.`,
      );
    }
    if (value !== undefined && type !== "any" && typeof value !== type) {
      throw new SettingError(`${field} of the ${what} is a ${type}, not ${JSON.stringify(value)}.`);
    }
  }
}
