import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { releaseLater } from "../harness/cleanup.ts";
import { createCore } from "../harness/core.ts";
import { startPlugin } from "../harness/plugin-process.ts";
import { runs } from "./codec-runs.ts";
import { type Findings, type Place, startSchedule } from "./orphans-run.ts";
import { type Schedule, schedules } from "./orphans-schedule.ts";

/** A minute of the provider's own patience passes in 0.6 seconds. */
const TIME_SCALE = "0.01";
/** By how much the clocks of two of the clouds are wrong. */
const CLOCK_ERROR_MS = 7 * 60_000;
/** Processes that go through schedules at the same time, each with clouds of its own. */
const PLACES = 4;
const SCHEDULES = 240;
/** A schedule that takes so long will not end. */
const HUNG_AFTER_MS = 30_000;
/** How long fast-check shrinks a failure. */
const SHRINK_FOR_MS = 90_000;
/** Every failure is written down here at once, so that an end of the test by force loses none. */
const FINDINGS = process.env.FC_FINDINGS ?? join(tmpdir(), "orphan-findings.log");

const total = { schedules: 0, made: 0, onlyNamed: 0, stopMs: [] as number[] };

interface OpenPlace extends Place {
  /** How many requests the host that redirects point to got. */
  asked(): number;
  close(): Promise<void>;
  kill(): Promise<void>;
}

const places: OpenPlace[] = [];

// Here and not in the tests, which run side by side: what one of them opens would be closed at the end of another.
beforeAll(async () => {
  for (let index = 0; index < PLACES; index += 1) places.push(await openPlace(index));
});

/** Requests for images are shared in every other place. */
async function openPlace(index: number): Promise<OpenPlace> {
  const clouds = await Promise.all(
    [0, -CLOCK_ERROR_MS, CLOCK_ERROR_MS].map((errorMs) =>
      startEmulator({ settings: { baseTime: new Date(Date.now() + errorMs).toISOString() } }),
    ),
  );
  for (const cloud of clouds) releaseLater(() => cloud.stop());
  let asked = 0;
  const elsewhere = createServer((_request, response) => {
    asked += 1;
    response.end("{}");
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  releaseLater(() => void elsewhere.close());
  const env = {
    KAKAOCLOUD_TEST_TIME_SCALE: TIME_SCALE,
    KAKAOCLOUD_SHARED_READS: index % 2 === 0 ? undefined : "off",
  };
  const plugin = await startPlugin({ env });
  return {
    clouds,
    caller: plugin.client,
    schemas: await createCore(plugin.client).schemas(),
    elsewhere: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`,
    asked: () => asked,
    close: () => plugin.shutdown(),
    kill: () => plugin.kill(),
  };
}

const NOTHING: Findings = { wrong: [], stopMs: [], made: 0, onlyNamed: 0 };

/** What is wrong with a schedule, and what happened; undefined when all is well. */
async function problemOf(schedule: Schedule, place: OpenPlace): Promise<string | undefined> {
  const run = startSchedule(schedule, place);
  const timer = new AbortController();
  const findings = await Promise.race([
    run.done.catch((error: unknown) => ({ ...NOTHING, wrong: [String(error)] })),
    sleep(HUNG_AFTER_MS, undefined, { signal: timer.signal }).then(
      () => undefined,
      () => undefined,
    ),
  ]);
  timer.abort();
  const { wrong: found, made, onlyNamed, stopMs } = findings ?? { ...NOTHING, wrong: ["it hung"] };
  const wrong = [...found];
  if (place.asked() > 0) wrong.push("a redirect was followed to a host that must not get requests");
  if (wrong.length > 0) return `${wrong.join("\n")}\n\n${run.trace().join("\n")}`;
  total.schedules += 1;
  total.made += made;
  total.onlyNamed += onlyNamed;
  total.stopMs.push(...stopMs);
  return undefined;
}

it.concurrent.each(Array.from({ length: PLACES }, (_, index) => index))(
  "loses no image and changes no image of others, whatever fails and whenever the user interrupts (%i)",
  async (index) => {
    const { numRuns, seed } = runs(SCHEDULES / PLACES);
    let shrinksUntil = Number.POSITIVE_INFINITY;
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        // What is claimed to be well once the time is up is only taken for not smaller.
        if (Date.now() > shrinksUntil) return;
        const place = places[index] ?? (await openPlace(index));
        const problem = await problemOf(schedule, place);
        if (problem === undefined) return;
        shrinksUntil = Math.min(shrinksUntil, Date.now() + SHRINK_FOR_MS);
        appendFileSync(FINDINGS, `seed ${seed + index}\n${fc.stringify(schedule)}\n${problem}\n\n`);
        // The trouble of this schedule must not be that of the next one.
        delete places[index];
        await place.kill();
        throw new Error(problem);
      }),
      { numRuns, seed: seed + index },
    );
    await places[index]?.close();
  },
  3_600_000,
);

it("met failures and interrupts", () => {
  const stops = total.stopMs.sort((a, b) => a - b);
  console.log({
    ...total,
    stopMs: `${stops.length} interrupted, median ${stops[stops.length >> 1]?.toFixed()} ms, longest ${stops.at(-1)?.toFixed()} ms`,
  });
  expect(total.made).toBeGreaterThan(0);
});
