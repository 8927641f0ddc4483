import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PROVIDER_EXECUTABLE, startPlugin } from "../../harness/plugin-process.ts";
import { copyProgram, type ProgramCopy } from "./stand-in.ts";

const FILES = ["main.js", "provider.js", "provider.cache", "axios.js"];

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

describe("the HTTP client", () => {
  it("is not loaded before it is needed: without its file the provider starts and answers", async () => {
    const { executable } = copyProgram("main.js", "provider.js", "provider.cache");
    expect(await codeCacheOf(executable)).toBe("accepted");
  });
});
