import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { isStartSetting, SETTINGS } from "../../../src/emulator/settings.ts";
import { INSTANCE, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const IMAGE = "00000000-0000-4000-8000-000000000201";
const ROUTES = [
  "POST rules",
  "POST clock",
  "PATCH settings",
  "POST images",
  `PATCH images/${IMAGE}`,
  "POST volumes",
  "POST instances",
  "POST projects",
  "PUT credentials",
  "POST tokens/revoke",
  "POST outage",
  "POST refuse",
];
/** Everything a body may name, so that the values behind the names are reached. */
const FIELDS = [
  ...["id", "name", "description", "owner", "size", "min_disk", "min_ram", "virtual_size", "instance_type"],
  ...["os_info", "visibility", "status", "members", "created_at", "metadata", "image_metadata", "is_root"],
  ...["instance_id", "project_id", "flavor", "addresses", "image", "security_groups", "availability_zone"],
  ...["match", "fault", "times", "delayMs", "advance_ms", "secret", "token", "from_ms", "until_ms", "vcpus"],
  ...Object.keys(SETTINGS),
];
const NUMBERS = [-1e300, -1e12, -1, 0, 0.5, 1, 7, 204, 404, 600, 1e12, 1e13, 2 ** 53, 1e300];
const numbers = fc.constantFrom(...NUMBERS);
const scalar = fc.oneof(
  fc.constantFrom(null, true, false),
  numbers,
  fc.constantFrom(
    "",
    "x",
    "\r\n",
    "\u0000",
    "__proto__",
    "9999-12-31T23:59:59Z",
    "2025-03-04T05:06:07Z",
    "(",
  ),
  fc.constantFrom(ROOT_VOLUME, INSTANCE, IMAGE, "active", "(deleted)", "a".repeat(32), "latency", "status"),
  fc.string(),
);
const known = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalar, tie("object"), fc.array(tie("value"), { maxLength: 3 })),
  object: fc.dictionary(fc.constantFrom(...FIELDS), tie("value"), { maxKeys: 4 }),
})).value;
const written = (value: fc.Arbitrary<unknown>) => value.map((json) => JSON.stringify(json));
const fields = (names: readonly string[], maxKeys: number) =>
  fc.dictionary(fc.constantFrom(...names), fc.oneof(scalar, known), { minKeys: 1, maxKeys });
const setting = fc.constantFrom(...(Object.keys(SETTINGS) as (keyof typeof SETTINGS)[])).chain((name) => {
  const { kind } = SETTINGS[name];
  const value = kind === "number" ? numbers : scalar;
  return value.map((given) => ({ [name]: given }));
});
const rule = fc.record({
  match: fields(["method", "path", "body", "imageName", "nth", "fromMs"], 1),
  fault: fc
    .tuple(fc.constantFrom("latency", "status", "rate-limit", "redirect", "lifecycle", "slow-body"), known)
    .chain(([kind]) =>
      fields(["ms", "status", "burst", "perSecond", "location", "end", "later"], 2).map((more) => ({
        kind,
        ...more,
      })),
    ),
});
const seed = fc
  .tuple(fc.constantFrom(ROOT_VOLUME, INSTANCE, IMAGE), fields(FIELDS, 2))
  .map(([id, more]) => ({ id, ...more }));
const anyBody = fc.oneof(
  fc.json(),
  written(known),
  fc.constantFrom("[".repeat(5_000), `{"image":${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`),
);
/** A route and a body: more often one that could be right. */
const step = fc.oneof(
  fc.tuple(fc.constantFrom(...ROUTES), anyBody),
  fc.tuple(fc.constant("PATCH settings"), written(setting)),
  fc.tuple(fc.constant("POST rules"), written(rule)),
  fc.tuple(
    fc.constantFrom("POST images", "POST volumes", "POST instances", `PATCH images/${IMAGE}`),
    written(seed),
  ),
);

async function status(emulator: Emulator, method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(emulator.url + path, { method, ...init });
  const received = await response.text();
  if (received !== "" && response.headers.get("content-type") === "application/json") JSON.parse(received);
  return response.status;
}

const USUAL = Object.fromEntries(
  Object.entries(SETTINGS)
    .filter(([name]) => !isStartSetting(name))
    .map(([name, { value }]) => [name, value]),
);

/** Takes back what may refuse, slow down or fail requests on purpose. */
function restore(emulator: Emulator): void {
  emulator.clearRules();
  emulator.setCredentials([]);
  emulator.changeSettings(USUAL);
}

/** Every kind of API request once. */
async function useApi(emulator: Emulator): Promise<void> {
  const identity = { methods: ["application_credential"], application_credential: { id: "a", secret: "b" } };
  const issued = await fetch(`${emulator.url}/identity/v3/auth/tokens`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ auth: { identity } }),
  });
  expect(issued.status).toBe(201);
  const headers = { ...JSON_TYPE, "X-Auth-Token": issued.headers.get("x-subject-token") ?? "" };
  const image = JSON.stringify({ image: { name: "golden" } });
  for (const [method, path, init] of [
    ["GET", "/api/v1/client-endpoints/resolve", { headers }],
    ["POST", `/api/v1/volumes/${ROOT_VOLUME}/image`, { headers, body: image }],
    ["GET", "/api/v1/images?limit=100&sort_keys=name", { headers }],
    ["GET", `/api/v1/images/${IMAGE}`, { headers }],
    ["GET", `/api/v1/images/${IMAGE}/members`, { headers }],
    ["GET", "/api/v1/volumes?created_at=2025&name=x", { headers }],
    ["GET", `/api/v1/volumes/${ROOT_VOLUME}`, { headers }],
    ["GET", "/api/v1/instances?private_ip=10&image_name=x&flavor_name=m&os_type=linux", { headers }],
    ["GET", `/api/v1/instances/${INSTANCE}`, { headers }],
  ] as const) {
    expect(await status(emulator, method, path, init), path).toBeLessThan(500);
  }
  for (const path of ["state", "journal", "metrics", "rules", "clock", "settings", "images", "leftovers"]) {
    expect(await status(emulator, "GET", `/_emu/${path}`), path).toBe(200);
  }
}

test("no JSON that the control API is sent breaks it or a later response", async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.stop());
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      for (const [route, json] of steps) {
        const [method = "", path = ""] = route.split(" ");
        // A valid body would really close the port, and a valid delay really delay what follows.
        const sent = path === "refuse" ? json.replaceAll('"ms"', '"x"') : json;
        const result = await status(emulator, method, `/_emu/${path}`, { headers: JSON_TYPE, body: sent });
        expect([200, 400, 404]).toContain(result);
      }
      restore(emulator);
      await useApi(emulator);
    }),
    { numRuns: 60 },
  );
});

/** Settings that slow down, refuse or fail requests when they are what they should be. */
const SLOWING = /^(latency|bytesPerSecond|rateLimit|outage|failure|tick)/;

test.each(Object.entries(SETTINGS).filter(([name, { kind }]) => kind === "number" && !SLOWING.test(name)))(
  "the API works with every number that %s takes",
  async (name, { value: usual }) => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.stop());
    for (const value of NUMBERS) {
      try {
        emulator.changeSettings({ [name]: value });
      } catch {
        continue;
      }
      await useApi(emulator);
      emulator.changeSettings({ [name]: usual });
    }
  },
);
