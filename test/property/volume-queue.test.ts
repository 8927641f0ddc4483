import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ROOT_VOLUME } from "../../src/emulator/state/defaults.ts";
import { scaledTimings } from "../../src/provider/defaults.ts";
import { imageResource } from "../../src/provider/image/resource.ts";
import { startCloud, texts } from "../unit/provider/support.ts";
import { runs } from "./codec-runs.ts";

const OTHER_VOLUME = "00000000-0000-4000-8000-0000000000aa";
const TIMINGS = scaledTimings(0.02);

/** Images that are created as others are: of two volumes, which may take one at a time, several, or change their mind. */
const schedule = fc.record({
  creates: fc.array(
    fc.record({
      volume: fc.constantFrom(ROOT_VOLUME, OTHER_VOLUME),
      afterMs: fc.constantFrom(0, 0, 0, 5, 30),
    }),
    { minLength: 2, maxLength: 12 },
  ),
  takesOneAtATime: fc.boolean(),
  changesAfterMs: fc.option(fc.constantFrom(5, 20, 60), { nil: undefined }),
  /** A request that is refused although the volume is free. */
  refused: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 1 }),
  savingMs: fc.constantFrom(10, 40),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

async function run({ creates, takesOneAtATime, changesAfterMs, refused, savingMs }: Schedule) {
  const cloud = await startCloud(
    { volumeBusy: takesOneAtATime, queuedMs: 5, savingMs, latencyMs: 2 },
    { timings: TIMINGS },
  );
  cloud.emulator.seedVolume({ id: OTHER_VOLUME, is_root: true });
  // Beside refusals for an occupied volume that is free a moment later, one more could be one too many.
  if (takesOneAtATime && changesAfterMs === undefined && refused.length > 0) {
    cloud.emulator.addRule({
      match: { method: "POST", path: "/image$", nth: refused },
      fault: { kind: "conflict" },
    });
  }
  const changing =
    changesAfterMs === undefined
      ? undefined
      : wait(changesAfterMs).then(() => cloud.emulator.changeSettings({ volumeBusy: !takesOneAtATime }));
  const results = [];
  for (const [index, { volume, afterMs }] of creates.entries()) {
    if (afterMs > 0) await wait(afterMs);
    results.push(
      cloud.apply(imageResource, { name: `golden-${index}`, description: "made", volume_id: volume }),
    );
  }
  const outputs = await Promise.all(results);
  await changing;
  const requests = cloud.emulator
    .journal()
    .filter(({ method, path }) => method === "POST" && path.endsWith("/image"))
    .map(({ path, status, body }) => ({
      volume: path.split("/").at(-2) ?? "",
      status,
      name: (body as { readonly image: { readonly name: string } }).image.name,
    }));
  return { outputs, requests };
}

it("every create gets its turn on its volume, in order of arrival, and is requested once", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (given) => {
      const { outputs, requests } = await run(given);
      expect(texts(outputs.flatMap(({ diagnostics }) => diagnostics))).toBe("");
      expect(outputs.map(({ state }) => state?.status)).toEqual(given.creates.map(() => "active"));
      const accepted = requests.filter(({ status }) => status === 202);
      expect(accepted).toHaveLength(given.creates.length);
      if (!given.takesOneAtATime || given.changesAfterMs !== undefined) return;
      // What was not asked for here is refused only by an occupied volume.
      expect(requests.length - accepted.length).toBeLessThanOrEqual(given.refused.length);
      for (const id of [ROOT_VOLUME, OTHER_VOLUME]) {
        const arrived = given.creates.flatMap(({ volume }, index) =>
          volume === id ? [`golden-${index}`] : [],
        );
        expect(accepted.filter(({ volume }) => volume === id).map(({ name }) => name)).toEqual(arrived);
      }
    }),
    { ...runs(15) },
  );
});
