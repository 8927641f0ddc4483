// What one call costs: ReadResource of an image over mutual TLS, through the same client that the tests use. Prints JSON.
// Arguments: the provider's executable, the emulator's URL, the id of an image, calls per measurement, calls for the memory.
import { readFileSync } from "node:fs";
import { createCore } from "../harness/core.ts";
import { encodeValue } from "../harness/dynamic-value.ts";
import { startPlugin } from "../harness/plugin-process.ts";
import { finish } from "../harness/story/outside-vitest.ts";

const [executable = "", url = "", id = "", callsText = "", memoryText = ""] = process.argv.slice(2);
const calls = Number(callsText);
const memoryCalls = Number(memoryText);
const IN_FLIGHT = 10;

const plugin = await startPlugin({ executable });
const residentMegabytes = (): number => {
  const status = readFileSync(`/proc/${plugin.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024;
};

try {
  const core = createCore(plugin.client);
  await core.configure({
    application_credential_id: "bench",
    application_credential_secret: "bench",
    endpoint_overrides: { iam: url, config: url },
  });
  const schema = (await core.schemas()).resources.get("kakaocloud_image");
  if (schema === undefined) throw new Error("no kakaocloud_image");
  const { value } = await core.import("kakaocloud_image", id);
  const currentState = encodeValue(schema.block.type, value);
  const read = () => plugin.client.call("ReadResource", { typeName: "kakaocloud_image", currentState });
  const readMany = async (count: number): Promise<void> => {
    let left = count;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await read();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  };

  // The first wave makes the provider read a list, which then answers without the API: what is left is the protocol.
  await readMany(Math.max(50, calls / 2));
  const oneByOneMs: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const startedAt = performance.now();
    await read();
    oneByOneMs.push(performance.now() - startedAt);
  }
  const startedAt = performance.now();
  await readMany(calls);
  const callsPerSecond = (calls * 1_000) / (performance.now() - startedAt);

  const memory: number[] = [residentMegabytes()];
  for (let tenth = 0; tenth < 10 && memoryCalls > 0; tenth += 1) {
    await readMany(memoryCalls / 10);
    memory.push(residentMegabytes());
  }
  console.log(JSON.stringify({ oneByOneMs, callsPerSecond, memoryCalls, memory }));
} finally {
  await plugin.shutdown();
  await finish();
}
