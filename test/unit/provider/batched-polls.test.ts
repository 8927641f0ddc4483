import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import type { Image } from "../../../src/kakaocloud/images.ts";
import type { Caller, Lister, SharedList } from "../../../src/provider/batching/list.ts";
import { BATCH_POLLS_FROM, DEFAULT_TIMINGS } from "../../../src/provider/defaults.ts";
import { createBatchedPolls, type Listed } from "../../../src/provider/image/batching/polls.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = () => {};
const CALLER = {
  signal: new AbortController().signal,
  log: { debug: silent, info: silent, warn: silent },
} as unknown as Caller;

/** Batched polls whose lists a test supplies, and how each poll ended. */
function start() {
  const lists: { readonly respond: (...ids: readonly string[]) => void }[] = [];
  const lister: Lister<Image> = {
    cost: () => 1,
    take() {
      let respond: (ids: readonly string[]) => void = silent;
      const over = new Promise<readonly string[]>((resolve) => {
        respond = resolve;
      });
      lists.push({ respond: (...ids) => respond(ids) });
      const list: SharedList<Image> = {
        begunAt: systemClock.monotonicMs(),
        useless: false,
        over,
        find: async (id) => ((await over).includes(id) ? ({ id } as Image) : undefined),
      };
      return list;
    },
  };
  const polls = createBatchedPolls(lister, { clock: systemClock, timings: DEFAULT_TIMINGS });
  const ended = new Map<string, Listed>();
  const wait = (id: string, inMs: number) => {
    void polls.next(id, inMs, CALLER).then((listed) => ended.set(id, listed));
  };
  return { lists, ended, wait };
}

it("a list is read for all as soon as the first poll of enough is due", async () => {
  const { lists, ended, wait } = start();
  for (const [id, inMs] of [
    ["first", 100],
    ["second", 800],
    ["third", 900],
  ] as const)
    wait(id, inMs);
  await vi.advanceTimersByTimeAsync(100);
  expect(lists).toHaveLength(1);
  lists[0]?.respond("first", "second");
  await vi.advanceTimersByTimeAsync(1);
  expect([...ended]).toEqual([
    ["first", { id: "first" }],
    ["second", { id: "second" }],
  ]);
});

it("a poll that is nearly due learns that the list does not have its image, and others wait on", async () => {
  const { lists, ended, wait } = start();
  wait("due", 100);
  wait("soon", 120);
  wait("later", 800);
  await vi.advanceTimersByTimeAsync(100);
  lists[0]?.respond();
  await vi.advanceTimersByTimeAsync(1);
  expect([...ended]).toEqual([
    ["due", "hidden"],
    ["soon", "hidden"],
  ]);
  await vi.advanceTimersByTimeAsync(700);
  expect(ended.get("later")).toBeUndefined();
  expect(ended.has("later")).toBe(true);
});

it("fewer polls are sent one by one", async () => {
  const { lists, ended, wait } = start();
  for (let index = 1; index < BATCH_POLLS_FROM; index += 1) wait(`image-${index}`, 100);
  await vi.advanceTimersByTimeAsync(100);
  expect(lists).toHaveLength(0);
  expect(ended.size).toBe(BATCH_POLLS_FROM - 1);
});

it("polls that are due while a list is read wait for its end and use the next", async () => {
  const { lists, wait } = start();
  wait("due", 100);
  for (const id of ["a", "b", "c"]) wait(id, 200);
  await vi.advanceTimersByTimeAsync(250);
  expect(lists).toHaveLength(1);
  lists[0]?.respond("due");
  await vi.advanceTimersByTimeAsync(1);
  expect(lists).toHaveLength(2);
});

it("a slow list does not delay the others", async () => {
  const { lists, wait } = start();
  wait("due", 100);
  for (const id of ["a", "b", "c"]) wait(id, 200);
  await vi.advanceTimersByTimeAsync(100 + DEFAULT_TIMINGS.pollMinIntervalMs);
  expect(lists).toHaveLength(2);
});
