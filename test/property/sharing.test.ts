import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { monotonicMs } from "../../src/base/monotonic.ts";
import { createRedactor } from "../../src/base/redaction.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { ROOT_VOLUME } from "../../src/emulator/state/defaults.ts";
import { createLogger } from "../../src/framework/log.ts";
import { applyResourceChange, readResource } from "../../src/framework/operations.ts";
import type { ObjectValue } from "../../src/framework/value.ts";
import { createKakaoCloud } from "../../src/kakaocloud/client.ts";
import { BATCH_LIST_MAX_AGE_MS, scaledTimings, type Timings } from "../../src/provider/defaults.ts";
import { imageResource } from "../../src/provider/image/resource.ts";
import { openSession } from "../../src/provider/session.ts";
import { plan } from "../unit/provider/support.ts";
import { runs } from "./codec-runs.ts";

/** The emulator forgets and lags behind in nothing here that these would wait for. */
const TIMINGS: Timings = { ...scaledTimings(0.001), createdAtToleranceMs: 0 };

/** What somebody does. Steps of a round happen at the same time, rounds one after the other. */
type Step =
  | { readonly kind: "read"; readonly image: number }
  | { readonly kind: "write"; readonly image: number }
  | { readonly kind: "delete"; readonly image: number }
  | { readonly kind: "create"; readonly image: number }
  | { readonly kind: "change elsewhere"; readonly image: number; readonly status: string };

interface Round {
  readonly steps: readonly Step[];
  /** How much later the next round begins. */
  readonly thenMs: number;
}

const IMAGES = 14;
const GONE = "(deleted)";

const image = fc.nat({ max: IMAGES - 1 });
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("read" as const), image }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("write" as const), image }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), image }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("create" as const), image }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("change elsewhere" as const),
      image,
      status: fc.constantFrom("active", "active", "deactivated", "killed", "pending_delete", GONE),
    }),
  },
);
const rounds = fc.array(
  fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 25 }),
    thenMs: fc.constantFrom(0, 0, 1, 700, BATCH_LIST_MAX_AGE_MS - 1, BATCH_LIST_MAX_AGE_MS, 20_000),
  }),
  { minLength: 1, maxLength: 8 },
);

/** What an image was like from a moment on, until the next of these. */
interface Version {
  readonly look: Look;
  readonly atMs: number;
}

interface Look {
  readonly name: unknown;
  readonly status: unknown;
}

/** An image that the test follows. */
interface Followed {
  id: string;
  state: ObjectValue | null;
  readonly versions: Version[];
  /** The index of the version that this process has written last, once that is done. */
  ownWrite: number;
}

/** Terraform never makes two changes of one resource at once. */
function withoutRivals(steps: readonly Step[]): readonly Step[] {
  const busy = new Set<number>();
  return steps.filter(({ kind, image }) => {
    if (kind === "read" || kind === "change elsewhere") return true;
    if (busy.has(image)) return false;
    busy.add(image);
    return true;
  });
}

const lookOf = (state: ObjectValue | null): Look => {
  const isGone = state === null || state.status === "pending_delete" || state.status === GONE;
  return isGone ? { name: GONE, status: GONE } : { name: state.name, status: state.status };
};

const sameLook = (a: Look | undefined, b: Look): boolean =>
  a !== undefined && a.name === b.name && a.status === b.status;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Time passes as it does, and beside that the emulator's clock and the process's jump together between rounds. */
async function play(history: readonly Round[], listDelayMs: number, sharedReads: boolean): Promise<void> {
  const passed = process.hrtime.bigint;
  let jumpedMs = 0;
  const clock = vi
    .spyOn(process.hrtime, "bigint")
    .mockImplementation(() => passed() + BigInt(jumpedMs) * 1_000_000n);
  const settings = { volumeBusy: false, listDelayMs, latencyJitterMs: 3 };
  const emulator = await startEmulator({ profile: "instant", settings });
  try {
    const world = await follow(emulator, sharedReads);
    for (const { steps, thenMs } of history) {
      await Promise.all(withoutRivals(steps).map((one) => world.take(one)));
      emulator.advance(thenMs);
      jumpedMs += thenMs;
    }
  } finally {
    await emulator.stop();
    clock.mockRestore();
  }

  async function follow({ url }: Emulator, isShared: boolean) {
    const endpointOverrides = Object.fromEntries(
      ["iam", "config", "image", "volume", "bcs"].map((service) => [service, url]),
    );
    const credentials = { id: "someone", secret: "something" };
    const kakaocloud = createKakaoCloud({ credentials, endpointOverrides, userAgent: "test" });
    const context = {
      client: openSession(kakaocloud, { sharedReads: isShared, timings: TIMINGS }),
      log: createLogger(() => {}, createRedactor(), "provider"),
      signals: [],
    };
    const nothing = new Uint8Array();
    const read = async (state: ObjectValue) =>
      (await readResource(imageResource, { current: state, private: nothing }, context)).state;
    const blank: ObjectValue = Object.fromEntries(
      Object.keys(imageResource.schema.attributes).map((name) => [name, null]),
    );
    const apply = async (prior: ObjectValue | null, planned: ObjectValue | null) => {
      const change = { prior, planned, config: planned, plannedPrivate: nothing };
      const { state, diagnostics } = await applyResourceChange(imageResource, change, context);
      return { state, failed: diagnostics.some(({ severity }) => severity === "error") };
    };
    const now = monotonicMs;
    let names = 0;
    const nextName = () => `name-${++names}`;

    const images: Followed[] = [];
    for (let index = 0; index < IMAGES; index += 1) {
      const { id } = emulator.seedImage({ name: nextName() });
      const state = await read({ ...blank, id });
      images.push({ id, state, versions: [{ look: lookOf(state), atMs: now() }], ownWrite: 0 });
    }
    emulator.clearJournal();

    /** Takes down what the cloud has now, if it is something new. */
    const note = (followed: Followed): void => {
      const { id, versions } = followed;
      const current = emulator.image(id);
      const look = lookOf(current === undefined ? null : { name: current.name, status: current.status });
      if (!sameLook(versions.at(-1)?.look, look)) versions.push({ look, atMs: now() });
    };

    const reading = async (followed: Followed) => {
      const { id, state, versions, ownWrite } = followed;
      const beganAt = now();
      const found = lookOf(await read(state ?? { ...blank, id }));
      if (followed.id !== id) return;
      note(followed);
      const allowed = versions.filter((_, index) => {
        const endedAt = versions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
        return index >= ownWrite && endedAt >= beganAt - BATCH_LIST_MAX_AGE_MS - listDelayMs;
      });
      // One by one, because the emulator's lists lag behind in the status alone.
      expect(allowed.map(({ look }) => look.name)).toContain(found.name);
      expect(allowed.map(({ look }) => look.status)).toContain(found.status);
    };

    const writing = async (followed: Followed, change: "write" | "delete") => {
      const { id, state } = followed;
      if (state === null) return;
      const planned = change === "delete" ? null : plan(imageResource, { name: nextName() }, state).planned;
      const { failed, state: result } = await apply(state, planned);
      if (followed.id !== id) return;
      note(followed);
      if (!failed) {
        followed.ownWrite = followed.versions.findLastIndex(({ look }) => sameLook(look, lookOf(result)));
        followed.state = result ?? state;
      }
    };

    return {
      async take(one: Step): Promise<void> {
        const followed = images[one.image];
        if (followed === undefined) return;
        if (one.kind === "read") return reading(followed);
        if (one.kind === "write" || one.kind === "delete") return writing(followed, one.kind);
        if (one.kind === "change elsewhere") {
          // After a moment, so that it falls into the requests of others.
          await new Promise((resolve) => setTimeout(resolve, one.image % 4));
          note(followed);
          emulator.changeImage(followed.id, { name: nextName(), status: one.status });
          return note(followed);
        }
        const { state } = await apply(
          null,
          plan(imageResource, { name: nextName(), volume_id: ROOT_VOLUME }).planned,
        );
        if (state === null) return;
        images[one.image] = {
          id: String(state.id),
          state,
          versions: [{ look: lookOf(state), atMs: now() }],
          ownWrite: 0,
        };
      },
    };
  }
}

it("a read shows a recent image, and never one older than this process's own changes", async () => {
  await fc.assert(
    fc.asyncProperty(rounds, fc.constantFrom(0, 0, 1_500, 60_000), (history, listDelayMs) =>
      play(history, listDelayMs, true),
    ),
    runs(100),
  );
});

it("without batching a read shows the image as it is", async () => {
  await fc.assert(
    fc.asyncProperty(rounds, (history) => play(history, 0, false)),
    runs(5),
  );
});
