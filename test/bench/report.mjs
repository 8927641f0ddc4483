// The results as a table for the terminal and as a page with a chart for the docs.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/cli-config.mjs";
import { drawChart } from "./chart.mjs";

const HEAD = ["case", "how", "latency", "seconds", "API calls", "reads", "behind active", "peak RSS"];

const range = (summary, digits, unit = "") => {
  if (summary === null) return "";
  const [middle, low, high] = [summary.median, summary.min, summary.max].map((value) =>
    value.toFixed(digits),
  );
  return low === high ? `${middle}${unit}` : `${middle}${unit} (${low}–${high})`;
};

function cellsOf(row) {
  const most = row.lagMostMs === null ? "" : `, last ${(row.lagMostMs.median / 1_000).toFixed(2)} s`;
  const reference =
    row.readsOnePerTwoSeconds === null || row.reads === null
      ? ""
      : ` = ${(row.reads.median / row.readsOnePerTwoSeconds).toFixed(2)}×`;
  return [
    row.name,
    row.variant,
    `${row.latencyMs} ms`,
    range(row.seconds, 2),
    range(row.calls, 0),
    `${range(row.reads, 0)}${reference}`,
    row.lagMs === null ? "" : `${(row.lagMs.median / 1_000).toFixed(2)} s${most}`,
    range(row.peakMegabytes, 0, " MB"),
  ];
}

/** Lines of cells as a table of plain text. */
function plainTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Lines of cells as a table of Markdown. */
function markdownTable([head, ...lines]) {
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The same commands run in different ways, side by side: seconds, and how many times those of the provider as it is. */
function comparison(rows) {
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const cases = [...new Set(rows.map(({ name, latencyMs }) => `${name}\n${latencyMs}`))];
  const lines = cases.map((key) => {
    const [name, latencyMs] = key.split("\n");
    const members = rows.filter((row) => row.name === name && String(row.latencyMs) === latencyMs);
    const first = members[0]?.seconds?.median;
    const cells = variants.map((wanted) => {
      const row = members.find(({ variant }) => variant === wanted);
      if (row === undefined) return "";
      if (row.seconds === null) return "failed";
      const times = row === members[0] ? "" : ` (${(row.seconds.median / first).toFixed(2)}×)`;
      return `${row.seconds.median.toFixed(2)} s${times}`;
    });
    return { known: members.length > 1, cells: [name, `${latencyMs} ms`, ...cells] };
  });
  return [["case", "latency", ...variants], ...lines.filter(({ known }) => known).map(({ cells }) => cells)];
}

function startupTable({ rows }) {
  return [
    ["start", "median (smallest–largest)", "times bare node"],
    ...rows.map(({ name, unit, value, ratio }) => [
      name,
      range(value, unit === "MB" ? 1 : 2, ` ${unit}`),
      range(ratio, 2, "×"),
    ]),
  ];
}

/** What a start costs, as plain text. */
export const startupText = (startup) =>
  `${startup.rounds} rounds, node ${startup.node}\n${plainTable(startupTable(startup))}`;

function rpcTable({ rpcs }) {
  return [
    ["RPC", "median", "99th percentile", "ten at a time"],
    ...rpcs.map(({ name, p50Ms, p99Ms, callsPerSecond }) => [
      name,
      `${p50Ms.toFixed(2)} ms`,
      `${p99Ms.toFixed(2)} ms`,
      `${callsPerSecond.toFixed(0)} a second`,
    ]),
  ];
}

function memoryTable({ memory }) {
  if (memory === null) return null;
  const { calls, residentMegabytes } = memory;
  const step = calls / (residentMegabytes.length - 1);
  return [
    ["ReadResource calls", ...residentMegabytes.map((_, index) => `${(index * step) / 1_000}k`)],
    ["resident memory, MB", ...residentMegabytes.map((megabytes) => megabytes.toFixed(0))],
  ];
}

/** Everything, for the terminal. */
export function terminalText({ machine, load, startup, rpc, rows }) {
  const memory = memoryTable(rpc);
  return [
    `${machine}; load averages ${load.join(", ")}`,
    startupText(startup),
    plainTable(rpcTable(rpc)),
    ...(memory === null ? [] : [plainTable(memory)]),
    plainTable([HEAD, ...rows.map(cellsOf)]),
    plainTable(comparison(rows)),
  ].join("\n\n");
}

/** Writes the JSON. */
export function writeJson(path, results) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}

const CHART_TITLE = "Seconds and API calls of plans, applies and destroys";

/** Writes docs/benchmarks.md and docs/benchmarks.svg. */
export function writeDocs({ machine, load, rows, rpc, startup }) {
  const memory = memoryTable(rpc);
  writeFileSync(join(ROOT, "docs/benchmarks.svg"), drawChart(CHART_TITLE, rows));
  writeFileSync(
    join(ROOT, "docs/benchmarks.md"),
    `# Benchmarks

Generated by \`make bench\`, which measures this working tree with the real CLI against the emulator. Run it for the figures of your own
machine. The figures are for the executable of a release, on ${machine}; load averages at the end: ${load.join(", ")}.

![${CHART_TITLE}](benchmarks.svg)

## Commands

Medians of interleaved runs, smallest and largest in parentheses. Applies run with a \`-parallelism\` that creates all images at once,
each from a volume of its own, and everything else with Terraform's default of ten.

| column | meaning |
| --- | --- |
| latency | the emulator's delay before each response |
| reads | requests for images or lists of them; for applies also as a share of one GET per image every two seconds |
| behind active | how long after an image was active in the cloud the provider knew it: the median, and the last image |

${markdownTable([HEAD, ...rows.map(cellsOf)])}

## Side by side

| how | meaning |
| --- | --- |
| a GET per image | with \`KAKAOCLOUD_SHARED_READS=off\` |
| no refresh | with \`-refresh=false\`: Terraform's own share |
| installed | a package that \`terraform init\` installed, which Terraform hashes for each command; the others are development overrides |
| on Node | the same program in a working tree, on Node |
| pages alone | a program that only reads the same list page by page |
| official | the official provider, if \`TF_OFFICIAL_PROVIDER\` is set |

${markdownTable(comparison(rows))}

## Calls of the protocol

Over mutual TLS, one by one and ten at a time, by a client that does little more than HTTP/2. GetMetadata does nothing and shows what
any call costs. ReadResource responds from a list that was read before, without an API request.

${markdownTable(rpcTable(rpc))}
${memory === null ? "" : `\n${markdownTable(memory)}\n`}
## Start

${startup.rounds} rounds, each with a Node that does nothing (\`node -e 0\`) beside it. *Handshake line* and *first RPC* count from the
moment when Terraform starts the process; the first RPC is GetProviderSchema. *Released* is the executable of a release, *on Node* the same
program as it runs in a working tree.

${markdownTable(startupTable(startup))}
`,
  );
}
