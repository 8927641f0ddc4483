import fc from "fast-check";
import type { Fault, RuleSpec } from "../../src/emulator/faults/rule.ts";
import type { Settings } from "../../src/emulator/settings.ts";

/** Resources that a schedule may work on: enough for their requests to be shared. */
export const SLOTS = 6;

/** One thing that Terraform does with one resource. */
export type Step =
  | {
      readonly kind: "apply";
      readonly slot: number;
      readonly renamed: boolean;
      readonly described: boolean;
      readonly timeoutMs: number;
    }
  | { readonly kind: "refresh"; readonly slot: number }
  | { readonly kind: "destroy"; readonly slot: number }
  | { readonly kind: "import"; readonly slot: number };

/** Somebody else makes an image in the same project. */
export interface Foreign {
  readonly afterMs: number;
  /** Which slot's name it has. */
  readonly slot: number;
  /** Whether nothing but its id distinguishes it from ours. */
  readonly alike: boolean;
}

/** What happens at the same time. */
export interface Wave {
  readonly steps: readonly Step[];
  /** When the user interrupts, if at all. */
  readonly stopAfterMs: number | null;
  readonly foreign: Foreign | null;
}

/** One run of a provider against a cloud in which things go wrong. */
export interface Schedule {
  /** Which cloud: one with the right time, one that is late, one that is early. */
  readonly clock: number;
  /** Whether all slots have the same name. */
  readonly sameName: boolean;
  readonly settings: Partial<Settings>;
  readonly rules: readonly RuleSpec[];
  /** Whether the rules hold already while the provider is configured. */
  readonly faultyStart: boolean;
  readonly waves: readonly Wave[];
}

const CREATE = { method: "POST", path: "/image$" } as const;
const TARGETS = {
  create: CREATE,
  get: { method: "GET", path: "/images/" },
  list: { method: "GET", path: "/images$" },
  volume: { method: "GET", path: "/volumes/" },
  update: { method: "PUT" },
  delete: { method: "DELETE" },
  token: { method: "POST", path: "/auth/tokens$" },
  discovery: { method: "GET", path: "/client-endpoints" },
  any: {},
} as const;
type Target = keyof typeof TARGETS;

const milliseconds = (max: number) => fc.integer({ min: 0, max });
const seconds = fc.constantFrom(0.01, 0.05, 0.2);

/** Error bodies that no reader may trust. */
const HOSTILE_BODIES = ["array", "deep-json", "huge-html"] as const;

/** Errors that say truthfully that nothing was done. */
const refusals: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(400, 401, 403, 409, 422, 429),
    body: fc.constantFrom("bcs", "html", "empty", "fastapi-422", "keystone-int", ...HOSTILE_BODIES),
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constant(429),
    retryAfter: seconds,
  }),
  fc.constant<Fault>({ kind: "status", status: 404, body: "html" }),
  fc.constant<Fault>({ kind: "conflict" }),
  fc.constant<Fault>({ kind: "revoke-tokens", scope: "all" }),
  fc.record({ kind: fc.constant("rate-limit" as const), burst: fc.constant(1), perSecond: fc.constant(20) }),
  fc.constantFrom(301, 302, 307, 308).map((status): Fault => ({ kind: "redirect", location: "", status })),
  fc.record({ kind: fc.constant("refuse" as const), ms: milliseconds(30) }),
);

/** Failures after which the client cannot know whether anything was done. */
const doubts: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom(408, 500, 502, 503, 504),
    body: fc.constantFrom("bcs", "html", "empty", ...HOSTILE_BODIES),
    applied: fc.boolean(),
    frozen: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constant(503),
    retryAfter: seconds,
    applied: fc.boolean(),
  }),
  fc.constantFrom<Fault>(
    { kind: "reset-before" },
    { kind: "reset-after" },
    { kind: "reset-mid-body" },
    { kind: "truncated" },
    { kind: "truncated", chunked: true },
    { kind: "stall", afterHeaders: true },
    { kind: "stall-mid-body" },
  ),
  fc.record({ kind: fc.constant("close-after-read" as const), applied: fc.boolean() }),
  fc.record({ kind: fc.constant("stall" as const), applied: fc.boolean() }),
);

/** Successes without the body that they should have, from a gateway that has or has not passed the request on. */
const oddSuccesses: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constant("status" as const),
  status: fc.constantFrom(200, 201, 202, 204),
  body: fc.constantFrom("bcs", "html", "empty", "text", ...HOSTILE_BODIES),
  applied: fc.boolean(),
  frozen: fc.boolean(),
});

/** Responses that are late, slow or wrong. */
const answers: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant("latency" as const), ms: milliseconds(80) }),
  fc.record({ kind: fc.constant("slow-body" as const), bytesPerSecond: fc.constant(8_000) }),
  fc.record({
    kind: fc.constant("malformed" as const),
    variant: fc.constantFrom(
      ...(["truncated-json", "trailing-garbage", "html-as-json", "size-float", "size-text"] as const),
      ...(["name-number", "naive-time", "instance-type-unknown", "status-null", "status-missing"] as const),
      ...(["status-unknown", "id-missing", "id-null", "os-info-missing", "description-missing"] as const),
      ...(["object-null", "pagination-missing", "pagination-null", "list-missing", "empty-body"] as const),
      ...(["null-body", "content-type-wrong", "gzip", "array-body", "text-body", "deep-body"] as const),
      ...(["id-number", "id-huge", "length-too-short", "length-too-long"] as const),
    ),
  }),
);

/** What becomes of an image that is being created. */
const lives: fc.Arbitrary<Fault> = fc.record(
  {
    kind: fc.constant("lifecycle" as const),
    stuckIn: fc.constantFrom("queued" as const, "saving" as const),
    end: fc.constantFrom("error", "killed", "deactivated", "deleted", "(deleted)", null),
    later: fc.constantFrom(
      [{ status: "deleted", afterMs: 20 }],
      [{ status: "(deleted)", afterMs: 20 }],
      [{ status: "killed", afterMs: 20 }],
    ),
  },
  { requiredKeys: ["kind"] },
);

const anotherImage: Fault = { kind: "malformed", variant: "id-other" };

/** Rules that the API does not contradict itself by: none says of an image that exists that it does not. */
const rule: fc.Arbitrary<RuleSpec> = fc
  .record({
    target: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Target>("create") },
      { weight: 8, arbitrary: fc.constantFrom(...(Object.keys(TARGETS) as Target[])) },
    ),
    fault: fc.oneof(
      { weight: 3, arbitrary: refusals },
      { weight: 5, arbitrary: doubts },
      { weight: 3, arbitrary: answers },
      { weight: 1, arbitrary: fc.constant(anotherImage) },
    ),
    oddSuccess: oddSuccesses,
    life: lives,
    kind: fc.constantFrom(
      "fault" as const,
      "fault" as const,
      "fault" as const,
      "fault" as const,
      "life" as const,
      "odd success" as const,
    ),
    when: fc.oneof(
      fc.record({ nth: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ after: fc.integer({ min: 0, max: 3 }) }),
      fc.constant({ probability: 0.4 }),
    ),
    times: fc.constantFrom(1, 1, 2, 4),
    delayMs: fc.constantFrom(0, 0, 0, 15, 60),
  })
  .map(({ target, kind, fault, life, oddSuccess, when, times, delayMs }) => {
    if (kind === "life") return { match: { ...CREATE, ...when }, fault: life, times };
    // A success that was none is a contradiction wherever the client can check nothing but the success.
    if (kind === "odd success") return { match: { ...CREATE, ...when }, fault: oddSuccess, times, delayMs };
    // About which image a response is, the client can check for an image that it requested, not for one that is only being created.
    const shown = fault === anotherImage && !/get|update/.test(target) ? "get" : target;
    return { match: { ...TARGETS[shown], ...when }, fault, times, delayMs };
  });

const settings: fc.Arbitrary<Partial<Settings>> = fc.record(
  {
    queuedMs: milliseconds(20),
    savingMs: milliseconds(60),
    visibleAfterMs: fc.constantFrom(0, 20, 80, 300),
    flipFlopMs: milliseconds(40),
    listDelayMs: milliseconds(60),
    volumeBusy: fc.boolean(),
    deleteMode: fc.constantFrom("pending_delete", "deleted"),
    deleteDelayMs: milliseconds(60),
    duplicateNames: fc.constant("reject"),
    tokenMaxUses: fc.integer({ min: 1, max: 4 }),
    timeFormat: fc.constantFrom("seconds", "millis", "micros", "kst", "naive"),
    emptyDescription: fc.constantFrom("store", "dash", "null"),
    unauthorizedBody: fc.constantFrom("bcs", "keystone-int", "html", "empty"),
    latencyMs: milliseconds(10),
  },
  { requiredKeys: ["queuedMs", "savingMs"] },
);

const slot = fc.nat({ max: SLOTS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("apply" as const),
      slot,
      renamed: fc.boolean(),
      described: fc.boolean(),
      timeoutMs: fc.constantFrom(1_500, 30, 150, 500),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refresh" as const), slot }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("destroy" as const), slot }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("import" as const), slot }) },
);

const wave: fc.Arbitrary<Wave> = fc.record({
  steps: fc.uniqueArray(step, { minLength: 1, maxLength: SLOTS, selector: (each) => each.slot }),
  stopAfterMs: fc.option(milliseconds(150), { freq: 2 }),
  foreign: fc.option(fc.record({ afterMs: milliseconds(60), slot, alike: fc.boolean() }), { freq: 2 }),
});

/** Every schedule that fast-check can think of. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  clock: fc.constantFrom(0, 0, 1, 2),
  sameName: fc.boolean(),
  settings,
  rules: fc.array(rule, { maxLength: 4 }),
  faultyStart: fc.boolean(),
  waves: fc.array(wave, { minLength: 1, maxLength: 3 }),
});
