/**
 * A provider process that Terraform finds running (TF_REATTACH_PROVIDERS), plan after plan: each connects, configures, reads an
 * image and plans it. Prints a line per tenth: how much memory and how many descriptors the process has, and what a plan cost it in
 * processor time. Arguments: the provider's executable, the number of plans.
 */
import { readdirSync, readFileSync } from "node:fs";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { releasePending } from "../harness/cleanup.ts";
import { startPlugin } from "../harness/plugin-process.ts";
import { prepareImageCalls } from "./image-calls.ts";

const TICKS_PER_SECOND = 100;
const [executable = "", plansText = ""] = process.argv.slice(2);
const plans = Number(plansText);

const emulator = await startEmulator({ profile: "instant" });
const plugin = await startPlugin({ executable, env: { TF_LOG: undefined } });

function usage() {
  const folder = `/proc/${plugin.pid}`;
  const fields = readFileSync(`${folder}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return {
    megabytes: Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`${folder}/status`, "utf8"))?.[1]) / 1_024,
    descriptors: readdirSync(`${folder}/fd`).length,
    seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

try {
  const { id } = emulator.seedImage({ name: "golden-web" });
  const { connect, invoke } = await prepareImageCalls(plugin, emulator.url, id);
  const plan = async (): Promise<void> => {
    const connection = connect();
    for (const name of ["ConfigureProvider", "ReadResource", "PlanResourceChange"] as const) {
      await invoke(connection, name);
    }
    await new Promise<void>((resolve) => connection.close(resolve));
  };

  for (let tenth = 1; tenth <= 10; tenth += 1) {
    const before = usage();
    for (let count = 0; count < plans / 10; count += 1) await plan();
    const { megabytes, descriptors, seconds } = usage();
    const msPerPlan = ((seconds - before.seconds) * 1_000) / (plans / 10);
    console.log(JSON.stringify({ plans: (tenth * plans) / 10, megabytes, descriptors, msPerPlan }));
    emulator.clearJournal();
  }
} finally {
  await plugin.shutdown();
  await releasePending();
  await emulator.stop();
}
