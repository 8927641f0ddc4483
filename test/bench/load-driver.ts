/**
 * The provider under load and after an outage, against the emulator: `node test/bench/load.mjs [part of a name…]`. Each line is
 * a scenario: seconds, the longest operation, errors, requests and refusals. Compare two trees on the same machine at the same
 * time; seconds alone say little on a busy one.
 */
import { createRedactor } from "../../src/base/redaction.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import type { Settings } from "../../src/emulator/settings.ts";
import { createLogger } from "../../src/framework/log.ts";
import { applyResourceChange, type OperationContext, readResource } from "../../src/framework/operations.ts";
import { planResourceChange } from "../../src/framework/plan.ts";
import type { AnyResource } from "../../src/framework/provider.ts";
import type { ObjectValue } from "../../src/framework/value.ts";
import { createKakaoCloud } from "../../src/kakaocloud/client.ts";
import { imageResource } from "../../src/provider/image/resource.ts";
import { openSession, type Session } from "../../src/provider/session.ts";

const RESOURCE = imageResource as AnyResource<Session>;
const NO_PRIVATE = new Uint8Array();

/** One provider process, as far as its requests go. */
function startProvider({ url }: Emulator) {
  const endpointOverrides = Object.fromEntries(
    ["iam", "config", "image", "volume", "bcs"].map((service) => [service, url]),
  );
  const credentials = { id: "someone", secret: "something" };
  const client = openSession(createKakaoCloud({ credentials, endpointOverrides, userAgent: "bench" }));
  const context: OperationContext<Session> = {
    client,
    log: createLogger(() => {}, createRedactor(), "provider"),
    signals: [new AbortController().signal],
  };
  const complete = (config: ObjectValue): ObjectValue =>
    Object.fromEntries(Object.keys(RESOURCE.schema.attributes).map((name) => [name, config[name] ?? null]));
  return {
    create(name: string, volumeId: string, create: string | null = null) {
      const timeouts = create === null ? null : { create, read: null, update: null, delete: null };
      const config = complete({ name, description: "made", volume_id: volumeId, timeouts });
      const { planned } = planResourceChange(RESOURCE as AnyResource<never>, {
        prior: null,
        config,
        proposed: config,
      });
      return applyResourceChange(
        RESOURCE,
        { prior: null, planned, config, plannedPrivate: NO_PRIVATE },
        context,
      );
    },
    refresh: (current: ObjectValue) => readResource(RESOURCE, { current, private: NO_PRIVATE }, context),
    destroy: (prior: ObjectValue) =>
      applyResourceChange(
        RESOURCE,
        { prior, planned: null, config: null, plannedPrivate: NO_PRIVATE },
        context,
      ),
  };
}

type Outcome = Awaited<ReturnType<ReturnType<typeof startProvider>["create"]>>;

const volumes = (emulator: Emulator, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => {
    const id = `00000000-0000-4000-8000-1000000000${String(index).padStart(2, "0")}`;
    emulator.seedVolume({ id, name: `root-${index}`, is_root: true });
    return id;
  });

const times = <T>(count: number, run: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => run(index));

async function scenario(
  settings: Partial<Settings>,
  run: (emulator: Emulator) => Promise<readonly (readonly [Outcome, number])[]>,
) {
  const emulator = await startEmulator({ profile: "instant", settings });
  try {
    const startedAt = Date.now();
    const outcomes = await run(emulator);
    const seconds = (Date.now() - startedAt) / 1000;
    const journal = emulator.journal();
    const texts = outcomes.flatMap(([{ diagnostics }]) => diagnostics.map(({ summary }) => summary));
    return {
      seconds,
      longest: Math.max(...outcomes.map(([, ms]) => ms)) / 1000,
      errors: texts.length,
      requests: journal.length,
      refusals: journal.filter(({ status }) => status === 409 || status === 429 || status === 503).length,
    };
  } finally {
    await emulator.stop();
  }
}

async function timed<T extends Outcome>(operation: Promise<T>): Promise<readonly [T, number]> {
  const startedAt = Date.now();
  const outcome = await operation;
  return [outcome, Date.now() - startedAt];
}

const QUEUE = 20;
const FAILING_MS = 120_000;

const SCENARIOS: Readonly<Record<string, () => Promise<object>>> = {
  "one volume, 20 images of 0.5 s, floor 10 s": () =>
    scenario({ queuedMs: 100, savingMs: 400 }, (emulator) => {
      const [volume = ""] = volumes(emulator, 1);
      const provider = startProvider(emulator);
      return Promise.all(times(QUEUE, (index) => timed(provider.create(`golden-${index}`, volume, "60s"))));
    }),
  "one volume, two processes, 20 images each of 1.5 s, floor 60 s": () =>
    scenario({ queuedMs: 200, savingMs: 1_300 }, (emulator) => {
      const [volume = ""] = volumes(emulator, 1);
      const providers = times(2, () => startProvider(emulator));
      return Promise.all(
        providers.flatMap((provider, process) =>
          times(QUEUE, (index) => timed(provider.create(`golden-${process}-${index}`, volume))),
        ),
      );
    }),
  "one volume that takes several at once, 100 images of 1 s": () =>
    scenario({ volumeBusy: false, latencyMs: 50, queuedMs: 200, savingMs: 800 }, (emulator) => {
      const [volume = ""] = volumes(emulator, 1);
      const provider = startProvider(emulator);
      return Promise.all(times(100, (index) => timed(provider.create(`golden-${index}`, volume))));
    }),
  "100 creates at 20 requests a second": () =>
    scenario({ rateLimitPerSecond: 20, rateLimitBurst: 20, savingMs: 1_000 }, (emulator) => {
      const provider = startProvider(emulator);
      const ids = volumes(emulator, 100);
      return Promise.all(ids.map((id, index) => timed(provider.create(`golden-${index}`, id))));
    }),
  "destroy of 100 at 20 requests a second": () =>
    scenario({}, async (emulator) => {
      const provider = startProvider(emulator);
      const made = await Promise.all(
        volumes(emulator, 100).map((id, index) => provider.create(`golden-${index}`, id)),
      );
      emulator.clearJournal();
      emulator.changeSettings({ rateLimitPerSecond: 20, rateLimitBurst: 20 });
      const next = startProvider(emulator);
      return Promise.all(made.map(({ state }) => timed(next.destroy(state ?? {}))));
    }),
  "503 for 120 s: 30 refreshes, 30 deletes": () =>
    scenario({}, async (emulator) => {
      const provider = startProvider(emulator);
      const ids = volumes(emulator, 60);
      const made = await Promise.all(ids.map((id, index) => provider.create(`golden-${index}`, id)));
      const states = made.flatMap(({ state }) => (state === null ? [] : [state]));
      emulator.clearJournal();
      const rule = emulator.addRule({ match: {}, fault: { kind: "status", status: 503 } });
      setTimeout(() => emulator.removeRule(rule.id), FAILING_MS);
      const next = startProvider(emulator);
      return Promise.all(
        states.map((state, index) => timed(index < 30 ? next.refresh(state) : next.destroy(state))),
      ) as Promise<readonly (readonly [Outcome, number])[]>;
    }),
  "429 for 120 s: 30 creates, 10 at once": () =>
    scenario({ savingMs: 1_000 }, async (emulator) => {
      const rule = emulator.addRule({ match: {}, fault: { kind: "status", status: 429 } });
      setTimeout(() => emulator.removeRule(rule.id), FAILING_MS);
      const provider = startProvider(emulator);
      const left = volumes(emulator, 30).map((id, index) => [id, `golden-${index}`] as const);
      const done: (readonly [Outcome, number])[] = [];
      const worker = async () => {
        for (let next = left.pop(); next; next = left.pop()) {
          done.push(await timed(provider.create(next[1], next[0])));
        }
      };
      await Promise.all(times(10, worker));
      return done;
    }),
};

const wanted = process.argv.slice(2);
const chosen = Object.entries(SCENARIOS).filter(
  ([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);
for (const [name, run] of chosen) console.log(JSON.stringify({ scenario: name, ...(await run()) }));
