import { expect, it } from "vitest";
import { unpaired } from "../../harness/plan-valid.ts";

it("pairs again what was paired first, so that each element finds one of its own", () => {
  const fits = (left: string, right: string) => right.includes(left);
  expect(unpaired(["a", "b"], ["ab", "a"], fits)).toEqual([]);
  expect(unpaired(["a", "b", "c"], ["abc", "ab", "a"], fits)).toEqual([]);
  expect(unpaired(["b", "c", "c"], ["abc", "ab", "a"], fits)).toEqual(["c"]);
});
