import { describe, expect, it, vi } from "vitest";
import { createLateProviderService, type LateService } from "../../../src/protocol/late-service.ts";

type Handler = (call: object, callback: (error: unknown, response?: unknown) => void) => void;

/** Calls an RPC of a service and resolves with what gRPC would get. */
function call(service: ReturnType<typeof createLateProviderService>, name: string) {
  return new Promise<readonly unknown[]>((resolve) => {
    (service.implementation[name] as Handler)({}, (...answer) => resolve(answer));
  });
}

function serve(parts: Partial<LateService> = {}) {
  const load = vi.fn(async () => ({
    GetMetadata: (_call: unknown, callback: (error: null, response: object) => void) =>
      callback(null, { resources: [] }),
  }));
  const onServed = vi.fn();
  const service = createLateProviderService({ prebuilt: {}, onServed, load, ...parts });
  return { service, load, onServed };
}

describe("a provider service that is loaded late", () => {
  it("responds to GetProviderSchema from the bytes of the build, without being loaded", async () => {
    const schema = Buffer.from("schema");
    const { service, load, onServed } = serve({ prebuilt: { GetProviderSchema: schema.toString("base64") } });
    expect(await call(service, "GetProviderSchema")).toEqual([null, schema]);
    expect(service.definition.GetProviderSchema?.responseSerialize(schema)).toBe(schema);
    expect(load).not.toHaveBeenCalled();
    expect(onServed).toHaveBeenCalledWith("GetProviderSchema", expect.any(Number));
  });

  it("is loaded once, by the first call that needs it", async () => {
    const { service, load } = serve();
    const responses = await Promise.all([call(service, "GetMetadata"), call(service, "GetMetadata")]);
    expect(responses).toEqual([
      [null, { resources: [] }],
      [null, { resources: [] }],
    ]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("returns UNIMPLEMENTED for what the loaded service does not serve", async () => {
    const { service } = serve();
    expect(await call(service, "CallFunction")).toEqual([
      { code: 12, details: "The server does not implement the method CallFunction" },
    ]);
  });
});
