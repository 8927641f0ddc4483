// The chart of the commands: a panel for each latency, a group of bars for each case, as SVG that follows the reader's light or dark.

const WIDTH = 820;
const LEFT = 130;
const RIGHT = 150;
const PLOT = WIDTH - LEFT - RIGHT;
const BAR = 13;
const GAP = 13;
const TOP = 78;
const PANEL_HEAD = 34;
const PANEL_FOOT = 34;

/** Colours by variant, in light and in dark: the provider as it is stands out, what it is compared with stays behind. */
const COLOURS = [
  ["#1f6feb", "#58a6ff"],
  ["#b6bec8", "#6e7681"],
  ["#d9dee4", "#444c56"],
  ["#e08a3c", "#f0a55a"],
  ["#8250df", "#a371f7"],
  ["#2da44e", "#57ab5a"],
];

const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 } .panel { font-size: 13px; font-weight: 600 }
  .quiet { fill: #59636e; font-size: 11px }
  .label { stroke: #ffffff; stroke-width: 3px; paint-order: stroke } .page { fill: #ffffff } .grid { stroke: #d1d9e0 } .axis { stroke: #818b98 }
${COLOURS.map(([light], index) => `  .v${index} { fill: ${light} }`).join("\n")}
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 } .label { stroke: #0d1117 } .page { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #656c76 }
${COLOURS.map(([, dark], index) => `    .v${index} { fill: ${dark} }`).join("\n")}
  }`;

/** Draws the rows that have a duration and something to be compared with. */
export function drawChart(title, rows) {
  const shown = rows.filter(
    (row) => row.seconds !== null && rows.some((other) => isSameCase(row, other) && other !== row),
  );
  const variants = [...new Set(shown.map(({ variant }) => variant))];
  const most = Math.max(...shown.map(({ seconds }) => seconds.median));
  const step = [0.5, 1, 2, 5, 10, 20, 50].find((candidate) => most / candidate <= 7) ?? 100;
  const end = Math.ceil(most / step) * step;
  const x = (seconds) => LEFT + (seconds / end) * PLOT;

  const parts = [];
  let y = TOP;
  for (const latencyMs of [...new Set(shown.map((row) => row.latencyMs))]) {
    const panel = shown.filter((row) => row.latencyMs === latencyMs);
    parts.push(text(LEFT, y + 12, `The API responds after ${latencyMs} ms`, { class: "panel" }));
    y += PANEL_HEAD;
    const bars = [];
    const top = y - 6;
    for (const name of [...new Set(panel.map((row) => row.name))]) {
      const members = panel.filter((row) => row.name === name);
      bars.push(text(LEFT - 10, y + (members.length * BAR) / 2 + 4, name, { "text-anchor": "end" }));
      for (const { variant, seconds, calls } of members) {
        const length = Math.max(1, x(seconds.median) - LEFT);
        const label = `${seconds.median.toFixed(1)} s · ${Math.round(calls?.median ?? 0).toLocaleString("en")} calls`;
        bars.push(
          `<rect class="v${variants.indexOf(variant)}" x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR - 2}" rx="1.5"/>`,
          text(LEFT + length + 6, y + BAR - 3.5, label, { class: "quiet label" }),
        );
        y += BAR;
      }
      y += GAP;
    }
    const bottom = y - GAP + 6;
    for (let tick = 0; tick <= end; tick += step) {
      const at = x(tick).toFixed(1);
      parts.push(
        `<line class="${tick === 0 ? "axis" : "grid"}" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>`,
        text(at, bottom + 15, tick === 0 ? "0" : `${tick} s`, { class: "quiet", "text-anchor": "middle" }),
      );
    }
    parts.push(...bars);
    y = bottom + PANEL_FOOT;
  }

  let legendX = LEFT;
  const legend = variants.map((variant, index) => {
    const entry =
      `<rect class="v${index}" x="${legendX}" y="46" width="11" height="11" rx="1.5"/>` +
      text(legendX + 17, 56, variant);
    legendX += 40 + variant.length * 6.6;
    return entry;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="${title}">
<title>${title}</title>
<style>${style}
</style>
<rect class="page" width="${WIDTH}" height="${y}" rx="6"/>
${text(LEFT, 28, title, { class: "title" })}
${[...legend, ...parts].join("\n")}
</svg>
`;
}

const isSameCase = (a, b) => a.name === b.name && a.latencyMs === b.latencyMs;

function text(x, y, content, attributes = {}) {
  const more = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${Number(x).toFixed(1)}" y="${Number(y).toFixed(1)}"${more.join("")}>${escaped}</text>`;
}
