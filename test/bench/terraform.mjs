// What users notice, through the real CLI: plans, applies, destroys, and how many API requests they need.
import { cleanEnvironment, createWorkspace, findOfficial, ON_NODE } from "./cli.mjs";
import { countCalls, lagsBehindActive, startCloud } from "./cloud.mjs";
import { median, quantile, summarize } from "./statistics.mjs";

const OFF = { KAKAOCLOUD_SHARED_READS: "off" };

/** Sizes and repetitions. */
function sizesOf({ quick, rounds }) {
  return quick
    ? { rounds, latencies: [50], many: 60, listed: 1_500, some: 6, most: 12, someMs: 1_500, mostMs: 3_000 }
    : {
        rounds,
        latencies: [50, 200],
        many: 1_000,
        listed: 10_000,
        some: 30,
        most: 100,
        someMs: 3_000,
        mostMs: 10_000,
      };
}

/** Runs every case and resolves with its rows. `say` gets the progress. */
export async function benchTerraform(options, say) {
  const sizes = sizesOf(options);
  const rows = [];
  for (const latencyMs of sizes.latencies) {
    for (const bench of [benchPlans, benchApplies]) rows.push(...(await bench(sizes, latencyMs, say)));
  }
  rows.push(...(await benchLists(sizes, say)));
  if (options.full) rows.push(...(await benchLargePlan(say)));
  return rows;
}

/** The ways to run a command that are compared. Terraform's own share is what is left without a refresh. */
function planVariants(count) {
  const official = findOfficial();
  return [
    { name: "shared reads", args: [], withoutCalls: true },
    { name: "a GET per image", args: [], env: OFF },
    { name: "no refresh", args: ["-refresh=false"] },
    // What a start costs is seen with one image.
    ...(count === 1
      ? [
          { name: "installed", installed: true, args: [], withoutCalls: true },
          { name: "on Node", folder: ON_NODE, args: [], withoutCalls: true },
        ]
      : []),
    ...(official
      ? [{ name: "official", folder: official, args: [], mayFail: true, withoutCalls: true }]
      : []),
  ];
}

/** Names and words of commands that send no API request: what is left is the start. */
const COMMANDS_WITHOUT_CALLS = [
  ["validate", "validate"],
  ["providers schema", "providers", "schema", "-json"],
];

const keyOf = ({ name, mayFail, installed }) => ({ variant: name, mayFail, installed });

async function benchPlans({ rounds, many }, latencyMs, say) {
  const cloud = await startCloud({ latencyMs, preloadImages: many }, cleanEnvironment());
  const images = await cloud.list(many);
  const cases = [1, many].flatMap((count) =>
    planVariants(count).map((variant) => {
      const workspace = createWorkspace(cloud, count, variant);
      workspace.seed(images.slice(0, count));
      const run = async () => {
        const result = await workspace.run("plan", "-input=false", "-lock=false", ...variant.args);
        if (!result.output.includes("No changes.")) throw new Error(`a plan has changes:\n${result.output}`);
        return result;
      };
      return { name: `plan ${count}`, ...keyOf(variant), workspace, run };
    }),
  );
  for (const [name, ...args] of COMMANDS_WITHOUT_CALLS) {
    for (const variant of planVariants(1).filter(({ withoutCalls }) => withoutCalls)) {
      const workspace = createWorkspace(cloud, 1, variant);
      const run = () => workspace.run(...args);
      cases.push({ name, ...keyOf(variant), workspace, run });
    }
  }
  for (const { workspace, installed } of cases) if (installed) await workspace.run("init", "-input=false");
  return interleave(cases, { rounds, cloud, latencyMs, say });
}

async function benchApplies(sizes, latencyMs, say) {
  const { rounds, some, most, someMs, mostMs } = sizes;
  const official = findOfficial();
  const cloud = await startCloud({ latencyMs, queuedMs: 300 }, cleanEnvironment());
  await cloud.addVolumes(most);
  const variants = [
    { name: "shared reads" },
    { name: "a GET per image", env: OFF },
    ...(official ? [{ name: "official", folder: official, mayFail: true }] : []),
  ];
  const works = [
    { count: 1, waitMs: someMs },
    { count: some, waitMs: someMs },
    { count: most, waitMs: mostMs },
  ];
  const cases = works.flatMap(({ count, waitMs }) =>
    variants.flatMap((variant) => {
      const workspace = createWorkspace(cloud, count, variant);
      workspace.create();
      const apply = async () => {
        await cloud.change({ savingMs: waitMs - 300 });
        await cloud.forget();
        const flags = ["-auto-approve", "-input=false", "-lock=false", `-parallelism=${count}`];
        const result = await workspace.run("apply", ...flags);
        const lags = lagsBehindActive(await cloud.journal(), await cloud.images(), latencyMs);
        const onePerTwoSeconds = (count * waitMs) / 2_000;
        return { ...result, lag: median(lags), lagMost: quantile(lags, 1), onePerTwoSeconds };
      };
      // With Terraform's own parallelism, which is ten.
      const destroy = () => workspace.run("destroy", "-auto-approve", "-input=false", "-lock=false");
      const key = { variant: variant.name, mayFail: variant.mayFail, workspace };
      return [
        { ...key, name: `apply ${count} (${waitMs / 1_000} s)`, run: apply },
        { ...key, name: `destroy ${count}`, run: destroy },
      ];
    }),
  );
  return interleave(cases, { rounds, cloud, latencyMs, say });
}

/** All images through a data source, beside a program that reads the same pages one after the other. */
async function benchLists({ rounds, listed }, say) {
  const official = findOfficial();
  const cloud = await startCloud({ latencyMs: 50, preloadImages: listed }, cleanEnvironment());
  const variants = [
    { name: "shared reads" },
    ...(official ? [{ name: "official", folder: official, mayFail: true }] : []),
  ];
  const name = `list ${listed}`;
  const cases = variants.map((variant) => {
    const workspace = createWorkspace(cloud, 0, variant);
    workspace.list();
    const run = async () => {
      const result = await workspace.run("plan", "-input=false", "-lock=false");
      // The emulator has a few images of its own.
      if (!(Number(/listed\s+= (\d+)$/m.exec(result.output)?.[1]) >= listed))
        throw new Error(`not ${listed} images were listed:\n${result.output.slice(-2_000)}`);
      return result;
    };
    return { name, variant: variant.name, mayFail: variant.mayFail, workspace, run };
  });
  cases.push({
    name,
    variant: "pages alone",
    run: async () => {
      const startedAt = performance.now();
      await cloud.list(listed);
      return { seconds: (performance.now() - startedAt) / 1_000, peakMegabytes: Number.NaN };
    },
  });
  return interleave(cases, { rounds, cloud, latencyMs: 50, say });
}

/** Ten thousand images once: what they cost in memory. */
async function benchLargePlan(say) {
  const count = 10_000;
  const cloud = await startCloud({ latencyMs: 50, preloadImages: count }, cleanEnvironment());
  const workspace = createWorkspace(cloud, count);
  workspace.seed(await cloud.list(count));
  const run = () => workspace.run("plan", "-input=false", "-lock=false");
  const cases = [{ name: `plan ${count}`, variant: "shared reads", workspace, run }];
  return interleave(cases, { rounds: 1, cloud, latencyMs: 50, say });
}

/** Round by round through all cases, so that all see the same machine; one round more, to warm up, does not count. */
async function interleave(cases, { rounds, cloud, latencyMs, say }) {
  const results = cases.map(() => []);
  try {
    for (let round = rounds === 1 ? 0 : -1; round < rounds; round += 1) {
      for (const [index, { name, variant, run, mayFail }] of cases.entries()) {
        await cloud.forget();
        const result = await run().catch((error) => {
          if (!mayFail) throw error;
          say(`${latencyMs} ms, ${name}, ${variant}: ${error.message}`);
        });
        if (result === undefined) continue;
        const { calls, reads } = countCalls(await cloud.journal());
        say(`${latencyMs} ms, ${name}, ${variant}: ${result.seconds.toFixed(2)} s, ${calls} calls`);
        if (round >= 0) results[index].push({ ...result, calls, reads });
      }
    }
  } finally {
    for (const { workspace } of cases) workspace?.dispose();
    await cloud.stop();
  }
  return cases.map(({ name, variant }, index) => {
    const column = (key) => summarize(results[index].map((result) => result[key]));
    return {
      name,
      variant,
      latencyMs,
      seconds: column("seconds"),
      calls: column("calls"),
      reads: column("reads"),
      peakMegabytes: column("peakMegabytes"),
      lagMs: column("lag"),
      lagMostMs: column("lagMost"),
      readsOnePerTwoSeconds: results[index][0]?.onePerTwoSeconds ?? null,
    };
  });
}
