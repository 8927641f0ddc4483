// The memory of many provider processes at once: a plan of 20 images, each with a provider configuration (an alias) of its own. What counts
// is the memory that a process shares with no other; the pages of the executable are there once for all of them.
// TF_OFFICIAL_PROVIDER=path measures the official provider, too. Linux only: the figures are those of smaps_rollup in procfs.
import { readFileSync } from "node:fs";
import { createHostExecutable } from "../../scripts/release/host-executable.mjs";
import { cleanEnvironment, createWorkspace, findOfficial } from "./cli.mjs";
import { startCloud } from "./cloud.mjs";

const COUNT = 20;
// Slow enough for all processes to be there, configured, at the same time.
const LATENCY_MS = 600;

/** The memory of a process in MB: what it has for itself, and its share of all that it uses. Null once it has ended. */
function memoryOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const megabytes = (name) => Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1_024;
    return { own: megabytes("Private_Clean") + megabytes("Private_Dirty"), share: megabytes("Pss") };
  } catch {
    return null;
  }
}

/** The sums over all processes at the moment when they need most. */
async function measure(cloud, images, folder) {
  let largest = { processes: 0, own: 0, share: 0 };
  const watch = (pids) => {
    const memories = pids.map(memoryOf).filter((memory) => memory !== null);
    if (memories.length < COUNT) return;
    const sum = (name) => memories.reduce((total, memory) => total + memory[name], 0);
    if (sum("share") > largest.share)
      largest = { processes: memories.length, own: sum("own"), share: sum("share") };
  };
  const workspace = createWorkspace(cloud, COUNT, { folder, aliases: true, watch });
  try {
    workspace.seed(images);
    await workspace.run("plan", "-input=false", "-lock=false", `-parallelism=${2 * COUNT}`);
    if (largest.processes === 0) throw new Error(`${COUNT} processes were never there at the same time`);
    return largest;
  } finally {
    workspace.dispose();
  }
}

await createHostExecutable();
const cloud = await startCloud({ latencyMs: LATENCY_MS, preloadImages: COUNT }, cleanEnvironment());
try {
  const images = await cloud.list(COUNT);
  const official = findOfficial();
  for (const [name, folder] of [["ours", undefined], ...(official ? [["official", official]] : [])]) {
    const { processes, own, share } = await measure(cloud, images, folder);
    console.log(
      `${name}: ${processes} processes, ${(own / processes).toFixed(1)} MB each of its own, ${share.toFixed(0)} MB in total`,
    );
  }
} finally {
  await cloud.stop();
}
