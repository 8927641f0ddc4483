import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { encodeProviderSchema } from "../../../src/encode-schema.ts";
import { openCodeCache } from "../../../src/plugin/startup/code-cache.ts";
import { wrapProgram } from "../../../src/plugin/startup/load-program.ts";
import { PROVIDER_EXECUTABLE, startPlugin } from "../../harness/plugin-process.ts";
import { copyProgram, type ProgramCopy } from "./stand-in.ts";

const FILES = ["main.js", "provider.js", "provider.cache", "handlers.js", "handlers.cache", "axios.js"];

/** What a process says about its code cache, once it has served. */
async function codeCacheOf(executable: string, args: readonly string[] = []): Promise<unknown> {
  const plugin = await startPlugin({ executable, args });
  expect(await plugin.client.call("GetProviderSchema", {})).toHaveProperty("provider");
  await plugin.shutdown();
  return plugin.logs().find(({ fields }) => fields.code_cache !== undefined)?.fields.code_cache;
}

function flipByte(file: string, position: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0xff, position);
  writeFileSync(file, bytes);
}

const damages: Record<string, (program: ProgramCopy) => void> = {
  "is missing": ({ dist }) => rmSync(dist("provider.cache")),
  "is empty": ({ dist }) => truncateSync(dist("provider.cache"), 0),
  "is cut off": ({ dist }) => truncateSync(dist("provider.cache"), 100_000),
  "has a flipped byte in the middle": ({ dist }) => flipByte(dist("provider.cache"), 100_000),
  "has a flipped byte at its start": ({ dist }) => flipByte(dist("provider.cache"), 0),
  "was made of another source of the same length": ({ dist }) => {
    const source = readFileSync(dist("provider.js"), "latin1");
    writeFileSync(dist("provider.js"), source.replace('"Serving"', '"Working"'));
  },
};

describe("the code cache", () => {
  it("is what the program runs from, as built", async () => {
    expect(await codeCacheOf(PROVIDER_EXECUTABLE)).toBe("accepted");
    expect(await codeCacheOf(copyProgram(...FILES).executable)).toBe("accepted");
  });

  it.each(Object.entries(damages))("is passed over when it %s", async (_title, damage) => {
    const program = copyProgram(...FILES);
    damage(program);
    expect(await codeCacheOf(program.executable)).toBe("absent");
  });

  it("is passed over by V8 when Node runs with other flags", async () => {
    expect(await codeCacheOf(process.execPath, [PROVIDER_EXECUTABLE])).toBe("accepted");
    expect(await codeCacheOf(process.execPath, ["--max-lazy", PROVIDER_EXECUTABLE])).toBe("rejected");
  });
});

describe("the code cache of what is loaded later", () => {
  it.each(["handlers", "axios"])("is accepted by V8, as built: %s", (program) => {
    const file = (name: string) => fileURLToPath(new URL(`../../../dist/${name}`, import.meta.url));
    const source = readFileSync(file(`${program}.js`));
    const cachedData = openCodeCache(source, readFileSync(file(`${program}.cache`)));
    const wrapped = wrapProgram(source);
    expect(new Script(wrapped, { filename: file(`${program}.js`), cachedData }).cachedDataRejected).toBe(
      false,
    );
  });
});

describe("the handlers", () => {
  it("are not loaded before they are needed: without their file the provider tells its schemas", async () => {
    const { executable } = copyProgram("main.js", "provider.js", "provider.cache");
    expect(await codeCacheOf(executable)).toBe("accepted");
  });

  it("tell the same schemas in the build as in the source, byte for byte", async () => {
    const plugin = await startPlugin();
    const built = await plugin.client.callRaw("/tfplugin6.Provider/GetProviderSchema", Buffer.alloc(0));
    await plugin.shutdown();
    expect(Buffer.compare(built, encodeProviderSchema())).toBe(0);
  });
});

describe("the HTTP client", () => {
  it("is not loaded before it is needed: without its file the provider starts and answers", async () => {
    const { executable } = copyProgram(
      "main.js",
      "provider.js",
      "provider.cache",
      "handlers.js",
      "handlers.cache",
    );
    const plugin = await startPlugin({ executable });
    expect(await plugin.client.call("GetMetadata", {})).toHaveProperty("resources");
    await plugin.shutdown();
  });
});
