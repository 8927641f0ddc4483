import { describe, expect, it } from "vitest";
import { encodeResponses } from "../../../src/entry/encode-responses.ts";
import { startPlugin } from "../../harness/plugin-process.ts";
import { copyProgram } from "./stand-in.ts";

describe("the handlers", () => {
  it("are not loaded before they are needed: without their file the provider returns its schemas", async () => {
    const { executable } = copyProgram("main.js", "provider.js");
    const plugin = await startPlugin({ executable });
    expect(await plugin.client.call("GetProviderSchema", {})).toHaveProperty("provider");
    expect(await plugin.client.call("GetResourceIdentitySchemas", {})).toHaveProperty("identitySchemas");
    await plugin.shutdown();
  });

  it("return the same schemas in the build as in the source, byte for byte", async () => {
    const plugin = await startPlugin();
    for (const [rpc, encoded] of Object.entries(encodeResponses())) {
      const built = await plugin.client.callRaw(`/tfplugin6.Provider/${rpc}`, Buffer.alloc(0));
      expect(Buffer.compare(built, encoded), rpc).toBe(0);
    }
    await plugin.shutdown();
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
