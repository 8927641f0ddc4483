import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import type { Image } from "../../../src/kakaocloud/images.ts";
import { BATCH_POLLS_FROM, DEFAULT_TIMINGS } from "../../../src/provider/defaults.ts";
import type { Caller, ImageList, ImageLister } from "../../../src/provider/image/batching/image-list.ts";
import { createBatchedPolls, type Listed } from "../../../src/provider/image/batching/polls.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = () => {};
const LOOKER = {
  signal: new AbortController().signal,
  log: { debug: silent, info: silent, warn: silent },
} as unknown as Caller;

/** Looks whose lists a test answers itself, and what has come of them. */
function start() {
  const lists: { readonly answer: (...ids: readonly string[]) => void }[] = [];
  const lister: ImageLister = {
    cost: () => 1,
    take() {
      let answer: (ids: readonly string[]) => void = silent;
      const over = new Promise<readonly string[]>((resolve) => {
        answer = resolve;
      });
      lists.push({ answer: (...ids) => answer(ids) });
      const list: ImageList = {
        begunAt: systemClock.monotonicMs(),
        useless: false,
        over,
        find: async (id) => ((await over).includes(id) ? ({ id } as Image) : undefined),
      };
      return list;
    },
  };
  const looks = createBatchedPolls(lister, { clock: systemClock, timings: DEFAULT_TIMINGS });
  const ended = new Map<string, Listed>();
  const wait = (id: string, inMs: number) => {
    void looks.next(id, inMs, LOOKER).then((listed) => ended.set(id, listed));
  };
  return { lists, ended, wait };
}

it("a list is read for all as soon as the first of enough is to look", async () => {
  const { lists, ended, wait } = start();
  for (const [id, inMs] of [
    ["first", 100],
    ["second", 800],
    ["third", 900],
  ] as const)
    wait(id, inMs);
  await vi.advanceTimersByTimeAsync(100);
  expect(lists).toHaveLength(1);
  lists[0]?.answer("first", "second");
  await vi.advanceTimersByTimeAsync(1);
  expect([...ended]).toEqual([
    ["first", { id: "first" }],
    ["second", { id: "second" }],
  ]);
});

it("who was about to look and is not in the list is told so, who had time waits on", async () => {
  const { lists, ended, wait } = start();
  wait("due", 100);
  wait("soon", 120);
  wait("later", 800);
  await vi.advanceTimersByTimeAsync(100);
  lists[0]?.answer();
  await vi.advanceTimersByTimeAsync(1);
  expect([...ended]).toEqual([
    ["due", "hidden"],
    ["soon", "hidden"],
  ]);
  await vi.advanceTimersByTimeAsync(700);
  expect(ended.get("later")).toBeUndefined();
  expect(ended.has("later")).toBe(true);
});

it("fewer look by themselves", async () => {
  const { lists, ended, wait } = start();
  for (let index = 1; index < BATCH_POLLS_FROM; index += 1) wait(`image-${index}`, 100);
  await vi.advanceTimersByTimeAsync(100);
  expect(lists).toHaveLength(0);
  expect(ended.size).toBe(BATCH_POLLS_FROM - 1);
});

it("looks that come due while a list is read wait for its end and share the next", async () => {
  const { lists, wait } = start();
  wait("due", 100);
  for (const id of ["a", "b", "c"]) wait(id, 200);
  await vi.advanceTimersByTimeAsync(250);
  expect(lists).toHaveLength(1);
  lists[0]?.answer("due");
  await vi.advanceTimersByTimeAsync(1);
  expect(lists).toHaveLength(2);
});

it("a list that takes its time does not hold up the others", async () => {
  const { lists, wait } = start();
  wait("due", 100);
  for (const id of ["a", "b", "c"]) wait(id, 200);
  await vi.advanceTimersByTimeAsync(100 + DEFAULT_TIMINGS.pollMinIntervalMs);
  expect(lists).toHaveLength(2);
});
