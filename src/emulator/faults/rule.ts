import * as v from "valibot";
import { BODY_KINDS } from "../api/errors.ts";
import {
  clockMs,
  delayMs,
  expression,
  flag,
  integerIn,
  listOf,
  numberIn,
  objectOf,
  oneOf,
  text,
  textThat,
} from "../input.ts";
import { MALFORMED_VARIANTS } from "./malformed.ts";

const count = () => integerIn(0, 1e9);
const position = () => integerIn(1, 1e9);
/** What a header can carry. */
const headerText = () => textThat((value) => /^[\x21-\x7e]*$/.test(value), "printable ASCII without spaces");

/** Which requests a rule is about. Everything given must hold. */
const match = objectOf({
  method: v.exactOptional(text()),
  /** Regular expression over the path, without the query. */
  path: v.exactOptional(expression()),
  /** Route name, such as `POST /api/v1/volumes/{volume_id}/image`. */
  route: v.exactOptional(text()),
  /** The X-Auth-Token as sent. */
  token: v.exactOptional(text()),
  /** Regular expression over the name of the image that the request reads, changes or creates. */
  imageName: v.exactOptional(expression()),
  /** Regular expression over the request's body. */
  body: v.exactOptional(expression()),
  /** Time window in milliseconds since the emulator's start, by its clock. */
  fromMs: v.exactOptional(clockMs()),
  untilMs: v.exactOptional(clockMs()),
  /** Only the nth request (from 1) of those that match everything above; or several of them. */
  nth: v.exactOptional(v.union([position(), listOf(position())], "a whole number from 1, or a list of them")),
  /** Only every nth of them. */
  every: v.exactOptional(position()),
  /** Only those after this many. */
  after: v.exactOptional(count()),
  /** Only by chance (0 to 1), drawn from the seed. */
  probability: v.exactOptional(numberIn(0, 1)),
});
/** Which requests a rule is about. */
export type Match = Readonly<v.InferOutput<typeof match>>;

/** Retry-After as seconds, or as an HTTP date this many seconds from now. */
const retryAfter = {
  retryAfter: v.exactOptional(numberIn(0, 1e9)),
  retryAfterDate: v.exactOptional(numberIn(0, 1e9)),
};
const body = v.exactOptional(oneOf(BODY_KINDS));
const message = { code: v.exactOptional(text()), message: v.exactOptional(text()) };
const applied = v.exactOptional(flag);
const status = v.nullable(text());

/** How the life of one image differs from the settings; everything is relative to the moment of its creation. */
const lifecycle = {
  queuedMs: v.exactOptional(clockMs()),
  savingMs: v.exactOptional(clockMs()),
  /** The image never leaves this status. */
  stuckIn: v.exactOptional(oneOf(["queued", "saving"])),
  /** The status that follows saving; `active` by default. */
  end: v.exactOptional(status),
  /** Further statuses, each this long after the one before; `(deleted)` deletes the image. */
  later: v.exactOptional(listOf(objectOf({ status, afterMs: clockMs() }))),
};

const kind = <const K extends string, const E extends v.ObjectEntries>(name: K, entries: E) =>
  objectOf({ kind: v.literal(name), ...entries });

const FAULTS = [
  kind("latency", { ms: delayMs(), maxMs: v.exactOptional(delayMs()) }),
  kind("slow-body", { bytesPerSecond: numberIn(0.001, 1e9) }),
  kind("status", {
    status: integerIn(200, 599),
    body,
    ...message,
    applied,
    frozen: v.exactOptional(flag),
    ...retryAfter,
  }),
  kind("rate-limit", {
    burst: numberIn(0, 1e9),
    perSecond: numberIn(0, 1e9),
    per: v.exactOptional(oneOf(["all", "token", "route"])),
    body,
    ...retryAfter,
  }),
  kind("conflict", message),
  kind("reset-before", {}),
  kind("reset-after", {}),
  kind("reset-mid-body", {}),
  kind("close-after-read", { applied }),
  kind("stall", { applied, afterHeaders: v.exactOptional(flag) }),
  kind("stall-mid-body", {}),
  kind("truncated", { chunked: v.exactOptional(flag) }),
  kind("malformed", { variant: oneOf(MALFORMED_VARIANTS) }),
  kind("redirect", { location: headerText(), status: v.exactOptional(integerIn(300, 399)) }),
  kind("refuse", { ms: delayMs() }),
  kind("revoke-tokens", { scope: v.exactOptional(oneOf(["all", "this"])) }),
  kind("lifecycle", lifecycle),
] as const;

/**
 * What goes wrong. `applied` says whether the API applies the request although the client does not learn it.
 *
 * | kind | what the client sees |
 * |---|---|
 * | latency | the right response, `ms` later (or `ms` to `maxMs` later, drawn from the seed) |
 * | slow-body | the right response at `bytesPerSecond` |
 * | status | `status` with a body of the kind `body` (bcs), half of it and then nothing when `frozen`, optionally Retry-After |
 * | rate-limit | 429 once the bucket of `burst` requests, refilled `perSecond`, is empty |
 * | conflict | 409 in BCS form |
 * | reset-before, reset-after | a connection reset, before or after the request was applied |
 * | reset-mid-body | status, headers, half of the body, then a reset |
 * | close-after-read | the connection closed without a response; with `applied`, the request was applied |
 * | stall | no response; with `afterHeaders`, headers without a body |
 * | stall-mid-body | status, headers, half of the body, then nothing more |
 * | truncated | half of the body that Content-Length announced, then the connection closed; with `chunked`, chunks without their end |
 * | malformed | a malformed 2xx of the kind `variant` |
 * | redirect | `status` (302) to `location` |
 * | refuse | a reset, and refused connections for `ms` |
 * | revoke-tokens | the response, after all tokens (or only this request's) have been revoked |
 * | lifecycle | the right response, but the created image goes through the statuses given here |
 */
const fault = v.variant(
  "kind",
  FAULTS,
  `one of ${FAULTS.map(({ entries }) => entries.kind.literal).join(", ")}`,
);
/** What goes wrong. */
export type Fault = Readonly<v.InferOutput<typeof fault>>;

/** A rule as it is written. */
export const ruleSpec = objectOf({
  id: v.exactOptional(text(1)),
  match: v.exactOptional(match),
  fault,
  /** How often it applies; unlimited by default. */
  times: v.exactOptional(count()),
  /** Delay before the fault, whatever its kind. */
  delayMs: v.exactOptional(delayMs()),
});
/** A rule as it is written. */
export type RuleSpec = Readonly<v.InferOutput<typeof ruleSpec>>;

/** A rule as it is read back, with its counts. */
export interface Rule extends RuleSpec {
  readonly id: string;
  /** Requests that matched everything but nth, every, after, probability and times. */
  readonly seen: number;
  /** Requests that the fault was applied to. */
  readonly hits: number;
}
