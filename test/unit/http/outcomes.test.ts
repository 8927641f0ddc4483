import { expect, it } from "vitest";
import { OUTCOMES, type Outcome, outcomeOf, outcomeOfStatus } from "../../../src/http/outcomes.ts";

const outcomes = Object.entries<Outcome>(OUTCOMES);

it.each([
  [200, null],
  [204, null],
  [302, "redirected"],
  [303, "see_other"],
  [400, "invalid"],
  [404, "not_found"],
  [408, "unavailable"],
  [409, "conflict"],
  [410, "not_found"],
  [423, "conflict"],
  [429, "rate_limited"],
  [499, "invalid"],
  [500, "server_error"],
  [502, "unavailable"],
  [501, "not_supported"],
  [503, "unavailable"],
  [505, "not_supported"],
  [504, "unavailable"],
  [599, "server_error"],
])("status %d is the outcome %s", (status, name) => {
  expect(outcomeOfStatus(status)).toBe(name);
});

it("what is retried may succeed later, so a wait survives it", () => {
  for (const [name, { retry, survivable }] of outcomes) if (retry) expect(survivable, name).toBe(true);
});

it("a request that must not be sent twice is repeated only where the server cannot have acted", () => {
  for (const [name, { retry, mayHaveActed }] of outcomes) {
    if (retry?.requests === "every") expect(mayHaveActed, name).toBe(false);
  }
});

it("every outcome that a wait survives has a remedy of its own", () => {
  for (const [name, { survivable, remedy }] of outcomes) if (survivable) expect(remedy, name).toBeDefined();
  expect(outcomeOf("not_supported").survivable).toBe(false);
});
