import { describe, expect, it } from "vitest";
import { encodeProviderSchema } from "../../../src/entry/encode-schema.ts";
import { startPlugin } from "../../harness/plugin-process.ts";
import { copyProgram } from "./stand-in.ts";

describe("the handlers", () => {
  it("are not loaded before they are needed: without their file the provider returns its schemas", async () => {
    const { executable } = copyProgram("main.js", "provider.js");
    const plugin = await startPlugin({ executable });
    expect(await plugin.client.call("GetProviderSchema", {})).toHaveProperty("provider");
    await plugin.shutdown();
  });

  it("return the same schemas in the build as in the source, byte for byte", async () => {
    const plugin = await startPlugin();
    const built = await plugin.client.callRaw("/tfplugin6.Provider/GetProviderSchema", Buffer.alloc(0));
    await plugin.shutdown();
    expect(Buffer.compare(built, encodeProviderSchema())).toBe(0);
  });
});

describe("the HTTP client", () => {
  it("is not loaded before it is needed: without its file the provider starts and responds", async () => {
    const { executable } = copyProgram("main.js", "provider.js", "handlers.js");
    const plugin = await startPlugin({ executable });
    expect(await plugin.client.call("GetMetadata", {})).toHaveProperty("resources");
    await plugin.shutdown();
  });
});
