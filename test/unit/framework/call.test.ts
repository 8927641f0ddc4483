import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCallScope } from "../../../src/framework/call.ts";
import { OperationStopped } from "../../../src/framework/operation-stopped.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a call's scope", () => {
  it("ends at its deadline, and says so", () => {
    const scope = createCallScope([], 5_000);
    expect(scope.deadline - scope.startedAt).toBe(5_000);
    vi.advanceTimersByTime(4_999);
    expect(scope.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(scope.signal.reason).toMatchObject({ name: "OperationStopped", reason: "deadline" });
  });

  it.each([0, -300_000])("ends at once with a limit of %d", (limit) => {
    expect(createCallScope([], limit).signal.reason).toMatchObject({ reason: "deadline" });
  });

  it("honors a limit beyond a timer's range", () => {
    const scope = createCallScope([], 2 ** 40);
    vi.advanceTimersByTime(2 ** 31);
    expect(scope.signal.aborted).toBe(false);
  });

  it.each(["stopped", "cancelled"] as const)(
    "ends when it is %s, for that reason and no later one",
    (reason) => {
      const outer = [new AbortController(), new AbortController()];
      const scope = createCallScope(
        outer.map(({ signal }) => signal),
        1_000,
      );
      outer[1]?.abort(new OperationStopped(reason));
      outer[0]?.abort(new OperationStopped("stopped"));
      vi.advanceTimersByTime(2_000);
      expect(scope.signal.reason).toMatchObject({ reason });
    },
  );

  it("is over before it begins when it was stopped already", () => {
    const stopped = AbortSignal.abort(new OperationStopped("stopped"));
    expect(createCallScope([stopped], 1_000).signal.reason).toMatchObject({ reason: "stopped" });
  });

  it("leaves no timer and no listener behind, and is quiet after its end", () => {
    const outer = new AbortController();
    const scopes = Array.from({ length: 9 }, () => createCallScope([outer.signal], 1_000));
    expect(getEventListeners(outer.signal, "abort")).toHaveLength(9);
    for (const scope of scopes) scope.dispose();
    expect(getEventListeners(outer.signal, "abort")).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
    outer.abort();
    expect(scopes.some(({ signal }) => signal.aborted)).toBe(false);
  });
});
