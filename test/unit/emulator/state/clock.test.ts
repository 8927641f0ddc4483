import { expect, it } from "vitest";
import { createClock } from "../../../../src/emulator/state/clock.ts";

it.each(["real", "virtual"] as const)("a %s clock stops before times that cannot be written", (mode) => {
  const clock = createClock(mode, 0);
  for (let i = 0; i < 400; i++) clock.advance(1e12);
  expect(new Date(clock.now()).getUTCFullYear()).toBe(9000);
  const before = clock.now();
  clock.advance(1);
  expect(clock.now() - before).toBeLessThan(2);
});
