import { describe, expect, it } from "vitest";
import { createJournal } from "../../../../src/emulator/control/journal.ts";

/** A journal of at most so many bytes, after requests with these bodies, each to a route of its own. */
function journalOf(bodies: readonly string[], mostBytes?: number) {
  const journal = createJournal(() => 1_000_000, mostBytes);
  for (const [index, body] of bodies.entries()) {
    const path = `/unknown/${index}`;
    const route = `GET ${path}`;
    const head = {
      connection: 1,
      method: "GET",
      path,
      route,
      query: {},
      headers: {},
      atMs: 0,
      requestId: "r",
    };
    const entry = journal.begin(head);
    journal.recordBody(entry, body);
    journal.finish({ ...entry });
    journal.finish(entry);
  }
  return journal;
}

describe("the journal is bounded", () => {
  it("by bytes: the oldest entries are dropped", () => {
    const journal = journalOf(Array(100).fill("x".repeat(9_000)), 100_000);
    const entries = journal.entries();
    expect(entries.length).toBeGreaterThan(5);
    expect(JSON.stringify(entries).length).toBeLessThan(120_000);
    expect(entries.at(-1)?.seq).toBe(100);
    expect(journal.metrics().requests).toBe(100);
  });

  it("by the length of a body", () => {
    const [entry] = journalOf(["x".repeat(100_000)]).entries();
    expect(entry?.body).toBe("(100000 characters, too long for the journal)");
  });

  it("by the number of routes with metrics of their own", () => {
    const { routes } = journalOf(Array(2_000).fill("")).metrics();
    expect(Object.keys(routes)).toHaveLength(501);
    expect(routes["(other)"]).toMatchObject({ requests: 1_500, active: 0 });
  });
});
