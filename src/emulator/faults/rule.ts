import type { BodyKind } from "../api/errors.ts";
import type { Lifecycle } from "../state/image-timeline.ts";
import type { MalformedVariant } from "./malformed.ts";

/** Which requests a rule is about. Everything given must hold. */
export interface Match {
  readonly method?: string;
  /** Regular expression over the path, without the query. */
  readonly path?: string;
  /** Route name, such as `POST /api/v1/volumes/{volume_id}/image`. */
  readonly route?: string;
  /** The X-Auth-Token as sent. */
  readonly token?: string;
  /** Regular expression over the name of the image the request is about: the one in the path, or the one being made. */
  readonly imageName?: string;
  /** Regular expression over the request's body. */
  readonly body?: string;
  /** Time window in milliseconds since the emulator's start, by its clock. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Only the nth request (from 1) of those that match everything above; or several of them. */
  readonly nth?: number | readonly number[];
  /** Only every so manieth of them. */
  readonly every?: number;
  /** Only after so many of them. */
  readonly after?: number;
  /** Only by chance (0 to 1), drawn from the seed. */
  readonly probability?: number;
}

/** Retry-After as seconds, or as an HTTP date so many seconds from now. */
interface RetryAfter {
  readonly retryAfter?: number;
  readonly retryAfterDate?: number;
}

/**
 * What goes wrong. `applied` tells whether the API carries the request out although the client isn't told.
 *
 * | kind | what the client sees |
 * |---|---|
 * | latency | the right answer, `ms` later (or `ms` to `maxMs` later, drawn from the seed) |
 * | slow-body | the right answer at `bytesPerSecond` |
 * | status | `status` with a body of the kind `body` (bcs), optionally Retry-After |
 * | rate-limit | 429 once the bucket of `burst` requests, refilled `perSecond`, is empty |
 * | conflict | 409 in BCS form |
 * | reset-before, reset-after | a connection reset; the request was not, or was, carried out |
 * | reset-mid-body | status, headers, half of the body, then a reset |
 * | close-after-read | the connection closed without an answer; carried out when `applied` |
 * | stall | nothing, for ever; or headers and nothing more when `afterHeaders` |
 * | truncated | half of the body that Content-Length promised, then the connection closed |
 * | malformed | a 2xx that is wrong in the way `variant` says |
 * | redirect | `status` (302) to `location` |
 * | refuse | a reset, and refused connections for `ms` |
 * | revoke-tokens | whatever the API says after all tokens (or only this request's) have been revoked |
 * | lifecycle | the right answer, but the image being made will live as told |
 */
export type Fault =
  | { readonly kind: "latency"; readonly ms: number; readonly maxMs?: number }
  | { readonly kind: "slow-body"; readonly bytesPerSecond: number }
  | ({
      readonly kind: "status";
      readonly status: number;
      readonly body?: BodyKind;
      readonly code?: string;
      readonly message?: string;
      readonly applied?: boolean;
    } & RetryAfter)
  | ({
      readonly kind: "rate-limit";
      readonly burst: number;
      readonly perSecond: number;
      readonly per?: "all" | "token" | "route";
      readonly body?: BodyKind;
    } & RetryAfter)
  | { readonly kind: "conflict"; readonly code?: string; readonly message?: string }
  | { readonly kind: "reset-before" }
  | { readonly kind: "reset-after" }
  | { readonly kind: "reset-mid-body" }
  | { readonly kind: "close-after-read"; readonly applied?: boolean }
  | { readonly kind: "stall"; readonly applied?: boolean; readonly afterHeaders?: boolean }
  | { readonly kind: "truncated" }
  | { readonly kind: "malformed"; readonly variant: MalformedVariant }
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  | { readonly kind: "refuse"; readonly ms: number }
  | { readonly kind: "revoke-tokens"; readonly scope?: "all" | "this" }
  | ({ readonly kind: "lifecycle" } & Lifecycle);

/** A rule as it is written. */
export interface RuleSpec {
  readonly id?: string;
  readonly match?: Match;
  readonly fault: Fault;
  /** How often it applies before it is spent; unlimited when absent. */
  readonly times?: number;
  /** Delay before the fault, whatever its kind. */
  readonly delayMs?: number;
}

/** A rule as it is read back, with its counts. */
export interface Rule extends RuleSpec {
  readonly id: string;
  /** Requests that matched everything but nth, every, after, probability and times. */
  readonly seen: number;
  /** Requests that the fault was applied to. */
  readonly hits: number;
}
