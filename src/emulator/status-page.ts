/** The page at `/_emu/`: shows images moving through their states, refreshed once a second. It needs nothing from elsewhere. */
export const STATUS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>KakaoCloud emulator</title>
<style>
:root { color-scheme: light dark; --line: #8886; --wait: #b36b00; --good: #1a7f37; --bad: #c62828; }
@media (prefers-color-scheme: dark) { :root { --wait: #ffb74d; --good: #81c784; --bad: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.id { font-family: ui-monospace, monospace; font-size: .85em; }
.status::before { content: "\\25CF\\00A0"; }
.pending { color: var(--wait); } .ready { color: var(--good); } .failed { color: var(--bad); }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .8rem 0; }
button, select { font: inherit; padding: .25rem .7rem; }
.quiet { opacity: .75; }
</style>
</head>
<body>
<h1>KakaoCloud emulator</h1>
<p id="summary" role="status" aria-live="polite">Loading…</p>
<div class="controls">
  <button id="pause" type="button" aria-pressed="false">Pause refresh</button>
  <button id="advance" type="button">Clock forward 10 s</button>
  <label>Show <select id="origin">
    <option value="">all images</option>
    <option value="created">created through the API</option>
    <option value="seeded">seeded</option>
  </select></label>
  <span id="clock" class="quiet"></span>
</div>

<h2 id="images-title">Images</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="images-title"><table>
  <thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Next</th><th scope="col">Visibility</th>
  <th scope="col">Shared with</th><th scope="col">Created</th><th scope="col">Id</th></tr></thead>
  <tbody id="images"></tbody>
</table></div>

<h2 id="requests-title">Last requests</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="requests-title"><table>
  <thead><tr><th scope="col">#</th><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Answer</th>
  <th scope="col">Fault rule</th></tr></thead>
  <tbody id="requests"></tbody>
</table></div>

<h2 id="rules-title">Fault rules</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="rules-title"><table>
  <thead><tr><th scope="col">Id</th><th scope="col">Match</th><th scope="col">Fault</th><th scope="col">Hits</th></tr></thead>
  <tbody id="rules"></tbody>
</table></div>

<script>
"use strict";
const byId = (id) => document.getElementById(id);
const KINDS = { queued: "pending", saving: "pending", importing: "pending", uploading: "pending", active: "ready" };
let paused = false;
let lastSummary = "";

function cell(text, className) {
  const td = document.createElement("td");
  td.textContent = text ?? "–";
  if (className) td.className = className;
  return td;
}
function fill(id, rows, empty, columns) {
  const lines = rows.map((cells) => { const tr = document.createElement("tr"); tr.append(...cells); return tr; });
  if (lines.length === 0) {
    const tr = document.createElement("tr");
    const td = cell(empty, "quiet");
    td.colSpan = columns;
    tr.append(td);
    lines.push(tr);
  }
  byId(id).replaceChildren(...lines);
}
function next(image, now) {
  const phase = image.timeline.find((phase) => phase.atMs > now);
  return phase ? phase.status + " in " + ((phase.atMs - now) / 1000).toFixed(1) + " s" : null;
}
function show(state) {
  const wanted = byId("origin").value;
  const images = state.images.filter((image) => !wanted || image.origin === wanted);
  fill("images", images.map((image) => [
    cell(image.name),
    cell(String(image.status), "status " + (KINDS[image.status] ?? "failed")),
    cell(next(image, state.now_ms)),
    cell(image.visibility),
    cell(image.members.map((member) => member.id.slice(0, 8) + "… " + member.status).join(", ") || null),
    cell(image.created_at),
    cell(image.id, "id"),
  ]), "No images.", 7);
  fill("requests", state.requests.map((request) => [
    cell(request.seq),
    cell(request.at.slice(11, 23)),
    cell(request.method + " " + request.path),
    cell(request.status ?? "no answer", request.status !== null && request.status < 400 ? "" : "failed"),
    cell(request.rule),
  ]), "No requests yet.", 5);
  fill("rules", state.rules.map((rule) => [
    cell(rule.id, "id"),
    cell(rule.match ? JSON.stringify(rule.match) : "every request"),
    cell(JSON.stringify(rule.fault)),
    cell(rule.hits + (rule.times === undefined ? "" : " of " + rule.times)),
  ]), "No fault rules.", 4);
  byId("clock").textContent = "Clock: " + state.now;
  const counts = {};
  for (const image of state.images) counts[image.status] = (counts[image.status] ?? 0) + 1;
  const words = Object.entries(counts).map(([status, count]) => count + " " + status).join(", ");
  say(state.total + " images (" + (words || "none") + ")");
}
// Said only when it changes, so that a screen reader isn't interrupted every second.
function say(summary) {
  if (summary !== lastSummary) byId("summary").textContent = lastSummary = summary;
}
async function refresh() {
  try {
    show(await (await fetch("/_emu/state")).json());
  } catch {
    say("The emulator does not answer.");
  }
}
byId("pause").addEventListener("click", (event) => {
  paused = !paused;
  event.target.setAttribute("aria-pressed", String(paused));
});
byId("advance").addEventListener("click", async () => {
  await fetch("/_emu/clock", { method: "POST", body: JSON.stringify({ advance_ms: 10000 }) });
  await refresh();
});
byId("origin").addEventListener("change", refresh);
setInterval(() => { if (!paused && !document.hidden) refresh(); }, 1000);
refresh();
</script>
</body>
</html>
`;
