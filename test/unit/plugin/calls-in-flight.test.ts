import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { createCallsInFlight } from "../../../src/plugin/serving/calls-in-flight.ts";
import { createServiceDefinition } from "../../../src/protobuf/service-definition.ts";
import { providerService } from "../../../src/protocol/generated/tfplugin6.ts";

type Handler = (call: EventEmitter, answer: (...args: unknown[]) => void) => void;

function createCounted(handlers: Record<string, Handler>) {
  const calls = createCallsInFlight();
  const { implementation } = calls.count({
    definition: createServiceDefinition(providerService),
    implementation: handlers as never,
  });
  return { calls, handlers: implementation as unknown as Record<string, Handler> };
}

describe("calls in flight", () => {
  it("counts a unary call until it ends, and passes everything on", () => {
    const pending: ((...args: unknown[]) => void)[] = [];
    const { calls, handlers } = createCounted({ ReadResource: (_call, answer) => pending.push(answer) });
    const responses: unknown[][] = [];
    for (let index = 0; index < 2; index++) {
      handlers.ReadResource?.(new EventEmitter(), (...args) => responses.push(args));
    }
    expect(calls.any()).toBe(true);
    pending[0]?.(null, { first: true });
    expect(calls.any()).toBe(true);
    pending[1]?.(new Error("second"), null);
    expect(calls.any()).toBe(false);
    expect(responses).toEqual([
      [null, { first: true }],
      [new Error("second"), null],
    ]);
  });

  it("counts a unary call that gRPC reports as cancelled until its handler ends", () => {
    let finish = (): void => {};
    const { calls, handlers } = createCounted({
      ApplyResourceChange: (_call, answer) => {
        finish = () => answer(null, {});
      },
    });
    const call = new EventEmitter();
    handlers.ApplyResourceChange?.(call, () => {});
    call.emit("cancelled");
    expect(calls.any()).toBe(true);
    finish();
    expect(calls.any()).toBe(false);
  });

  it.each(["finish", "cancelled", "close"])("counts a stream until its %s, once", (event) => {
    const { calls, handlers } = createCounted({ ListResource: () => {} });
    const streams = [new EventEmitter(), new EventEmitter()];
    for (const stream of streams) handlers.ListResource?.(stream, () => {});
    streams[0]?.emit(event);
    streams[0]?.emit("close");
    expect(calls.any()).toBe(true);
    streams[1]?.emit(event);
    expect(calls.any()).toBe(false);
  });
});
