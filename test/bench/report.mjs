// The results as a table for the terminal and as a page with a chart for the docs.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../scripts/cli-config.mjs";

const HEAD = ["case", "how", "latency", "seconds", "API calls", "looks", "behind active", "peak RSS"];
const COLOURS = ["#2f6f9f", "#b0b7bd", "#6aa84f", "#c27b3a"];

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
    row.looksOnePerTwoSeconds === null || row.looks === null
      ? ""
      : ` = ${(row.looks.median / row.looksOnePerTwoSeconds).toFixed(2)}×`;
  return [
    row.name,
    row.variant,
    `${row.latencyMs} ms`,
    range(row.seconds, 2),
    range(row.calls, 0),
    `${range(row.looks, 0)}${reference}`,
    row.lagMs === null ? "" : `${(row.lagMs.median / 1_000).toFixed(2)} s${most}`,
    range(row.peakMegabytes, 0, " MB"),
  ];
}

/** The rows as a table of plain text. */
export function textTable(rows) {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What one call costs, in words. */
export function rpcText({ p50Ms, p99Ms, callsPerSecond, memory }) {
  const lines = [
    `ReadResource of an image over mutual TLS, one by one: ${p50Ms.toFixed(2)} ms at the median, ${p99Ms.toFixed(2)} ms at the 99th percentile.`,
    `Ten at a time: ${callsPerSecond.toFixed(0)} calls per second.`,
  ];
  if (memory !== null) {
    const sizes = memory.residentMegabytes.map((megabytes) => megabytes.toFixed(0)).join(", ");
    lines.push(
      `Resident memory at the start and after each tenth of ${memory.calls} calls, in MB: ${sizes}.`,
    );
  }
  return lines;
}

/** Writes the JSON. */
export function writeJson(path, results) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}

const CHART_TITLE = "Seconds and API calls of plans, applies and destroys";

/** Writes docs/benchmarks.md and docs/benchmarks.svg. */
export function writeDocs({ machine, rows, rpc, startup }) {
  writeFileSync(join(ROOT, "docs/benchmarks.svg"), chart(rows));
  const table = [HEAD, HEAD.map(() => "---"), ...rows.map(cellsOf)].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  writeFileSync(
    join(ROOT, "docs/benchmarks.md"),
    `# Benchmarks

Written by \`make bench\`, which measures this working tree with the real CLI against the emulator; run it to see your own
machine's numbers. These are from ${machine}.

![${CHART_TITLE}](benchmarks.svg)

## Commands

Medians of interleaved runs, smallest and largest in parentheses. *Latency* is the emulator's delay before each answer;
*looks* are requests for images or lists of them, beside applies as a share of one per image every two seconds;
*behind active* is how long after an image was active in the cloud the provider knew it (at the median, and for the last
one). *A GET per image* is with \`KAKAOCLOUD_SHARED_READS=off\`, *no refresh* with \`-refresh=false\`: Terraform's own share.
Applies run with a \`-parallelism\` that lets all images be made at once, everything else with Terraform's own, ten.

${table.join("\n")}

## Calls of the protocol

${rpcText(rpc).join("\n")}

## Start

\`\`\`text
${startup.trim()}
\`\`\`
`,
  );
}

/** Bars for every case: seconds, with the number of API calls beside. */
function chart(rows) {
  const shown = rows.filter(({ name, seconds }) => name !== "validate" && seconds !== null);
  const variants = [...new Set(shown.map(({ variant }) => variant))];
  const groups = Map.groupBy
    ? Map.groupBy(shown, keyOf)
    : shown.reduce((map, row) => map.set(keyOf(row), [...(map.get(keyOf(row)) ?? []), row]), new Map());
  const most = Math.max(...shown.map(({ seconds }) => seconds.median));
  const [left, width, bar, gap] = [190, 430, 14, 14];
  const parts = [];
  let y = 52;
  for (const [name, members] of groups) {
    parts.push(`<text x="${left - 10}" y="${y + 11}" text-anchor="end">${name}</text>`);
    for (const { variant, seconds, calls } of members) {
      const length = Math.max(1, (seconds.median / most) * width);
      const label = `${seconds.median.toFixed(1)} s, ${calls?.median ?? 0} calls`;
      parts.push(
        `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${bar - 2}" fill="${COLOURS[variants.indexOf(variant)]}"/>`,
        `<text x="${(left + length + 6).toFixed(1)}" y="${y + 10}" font-size="10">${label}</text>`,
      );
      y += bar;
    }
    y += gap;
  }
  const legend = variants.map(
    (variant, index) =>
      `<rect x="${left + index * 130}" y="20" width="10" height="10" fill="${COLOURS[index]}"/>` +
      `<text x="${left + index * 130 + 15}" y="29">${variant}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="${y + 10}" font-family="sans-serif" font-size="12" fill="#333" role="img" aria-label="${CHART_TITLE}">
<title>${CHART_TITLE}</title>
<rect width="100%" height="100%" fill="#fff"/>
${[...legend, ...parts].join("\n")}
</svg>
`;
}

const keyOf = ({ name, latencyMs }) => `${name}, ${latencyMs} ms`;
