// What calls cost over mutual TLS, with a client that does little more than HTTP/2, so that what is measured is the provider. Prints
// JSON. Arguments: the provider's executable, the emulator's URL, the id of an image, calls per measurement, calls for the memory.
import { readFileSync } from "node:fs";
import { releasePending } from "../harness/cleanup.ts";
import { startPlugin } from "../harness/plugin-process.ts";
import { prepareImageCalls } from "./image-calls.ts";

const [executable = "", url = "", id = "", callsText = "", memoryText = ""] = process.argv.slice(2);
const calls = Number(callsText);
const memoryCalls = Number(memoryText);
const IN_FLIGHT = 10;
const MEASURED = ["GetMetadata", "ReadResource", "PlanResourceChange"] as const;

// As Terraform starts it for somebody who does not look at logs.
const plugin = await startPlugin({ executable, env: { TF_LOG: undefined } });
const residentMegabytes = (): number => {
  const status = readFileSync(`/proc/${plugin.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024;
};

/** Calls `work` so often, ten at a time. */
async function repeat(count: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** How long calls take one by one, and how many a second are served ten at a time. */
async function measure(work: () => Promise<void>) {
  await repeat(calls / 2, work);
  const oneByOneMs: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const startedAt = performance.now();
    await work();
    oneByOneMs.push(performance.now() - startedAt);
  }
  const startedAt = performance.now();
  await repeat(calls, work);
  return { oneByOneMs, callsPerSecond: (calls * 1_000) / (performance.now() - startedAt) };
}

try {
  const { connect, invoke } = await prepareImageCalls(plugin, url, id);
  const connection = connect();
  connection.setMaxListeners(0);

  // The first wave of reads makes the provider read a list, which then serves the others without the API: what is left is the protocol.
  const rpcs: Record<string, Awaited<ReturnType<typeof measure>>> = {};
  for (const name of MEASURED) rpcs[name] = await measure(() => invoke(connection, name));

  const memory: number[] = [residentMegabytes()];
  for (let tenth = 0; tenth < 10 && memoryCalls > 0; tenth += 1) {
    await repeat(memoryCalls / 10, () => invoke(connection, "ReadResource"));
    memory.push(residentMegabytes());
  }
  connection.destroy();
  console.log(JSON.stringify({ rpcs, memoryCalls, memory }));
} finally {
  await plugin.shutdown();
  await releasePending();
}
