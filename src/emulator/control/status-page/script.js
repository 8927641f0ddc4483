// The status page's own program. It requests `/_emu/state` once a second, more often while an image is pending, and changes only
// what has changed, so that a selection and a screen reader's place stay. What comes from requests is only shown as text.
const RESTING_MS = 1000;
const MOVING_MS = 300;
const KINDS = {
  queued: "pending",
  saving: "pending",
  importing: "pending",
  uploading: "pending",
  active: "ready",
  deactivated: "resting",
  pending_delete: "resting",
  deleted: "resting",
};
const byId = (id) => document.getElementById(id);
let paused = false;
let moving = false;
let lastSummary = "";
let timer;

function put(element, { text, className = "", badge }) {
  if (element.className !== className) element.className = className;
  const shown = text === null || text === undefined ? "\u2013" : String(text);
  let holder = element;
  if (badge !== undefined) {
    holder = element.firstElementChild ?? element.appendChild(document.createElement("span"));
    if (holder.className !== `badge ${badge}`) holder.className = `badge ${badge}`;
  }
  if (holder.textContent !== shown) holder.textContent = shown;
}

function fill(id, rows, empty) {
  const body = byId(id);
  const columns = body.parentElement.tHead.rows[0].cells.length;
  const lines = rows.length > 0 ? rows : [{ key: "(none)", cells: [{ text: empty, className: "quiet" }] }];
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  lines.forEach(({ key, cells }, place) => {
    let row = known.get(String(key));
    known.delete(String(key));
    if (row === undefined) {
      row = document.createElement("tr");
      row.dataset.key = key;
      row.append(...cells.map(({ head }) => document.createElement(head ? "th" : "td")));
      if (cells[0].head) row.cells[0].scope = "row";
      if (cells.length === 1) row.cells[0].colSpan = columns;
    }
    cells.forEach((cell, column) => {
      put(row.cells[column], cell);
    });
    if (body.rows[place] !== row) body.insertBefore(row, body.rows[place] ?? null);
  });
  for (const row of known.values()) row.remove();
}

function next(image, now) {
  const phase = image.timeline.find((phase) => phase.atMs > now);
  return phase ? `${phase.status} in ${((phase.atMs - now) / 1000).toFixed(1)} s` : null;
}

function show(state) {
  const wanted = byId("origin").value;
  const images = state.images.filter((image) => !wanted || image.origin === wanted);
  fill(
    "images",
    images.map((image) => ({
      key: image.id,
      cells: [
        { text: image.name, className: "name", head: true },
        { text: image.status, badge: KINDS[image.status] ?? "failed" },
        { text: next(image, state.now_ms), className: "number" },
        { text: image.visibility },
        {
          text:
            image.members.map((member) => `${member.id.slice(0, 8)}\u2026 ${member.status}`).join(", ") ||
            null,
        },
        { text: image.created_at, className: "number" },
        { text: image.id, className: "code" },
      ],
    })),
    "No images.",
  );
  fill(
    "requests",
    state.requests.map((request) => ({
      key: request.seq,
      cells: [
        { text: request.seq, className: "number" },
        { text: request.at.slice(11, 23), className: "number" },
        { text: `${request.method} ${request.path}`, className: "code" },
        {
          text: request.status ?? "no response",
          badge: request.status !== null && request.status < 400 ? "ready" : "failed",
        },
        { text: request.rule },
      ],
    })),
    "No requests yet.",
  );
  fill(
    "rules",
    state.rules.map((rule) => ({
      key: rule.id,
      cells: [
        { text: rule.id, className: "code" },
        { text: rule.match ? JSON.stringify(rule.match) : "every request", className: "code long" },
        { text: JSON.stringify(rule.fault), className: "code long" },
        { text: rule.hits + (rule.times === undefined ? "" : ` of ${rule.times}`), className: "number" },
      ],
    })),
    "No fault rules.",
  );
  const clock = `Clock: ${state.now.slice(0, 19).replace("T", " ")} UTC`;
  if (byId("clock").textContent !== clock) byId("clock").textContent = clock;
  moving = state.images.some((image) => image.timeline.some((phase) => phase.atMs > state.now_ms));
  const counts = {};
  for (const image of state.images) counts[image.status] = (counts[image.status] ?? 0) + 1;
  const words = Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(", ");
  const all = state.total + (state.total === 1 ? " image" : " images");
  const newest = state.total > state.images.length ? `of the newest ${state.images.length}: ` : "";
  say(all + (words ? ` (${newest}${words})` : ""));
}

// Said only when it changes, so that a screen reader isn't interrupted every second.
function say(summary) {
  if (summary !== lastSummary) byId("summary").textContent = lastSummary = summary;
}

async function refresh() {
  clearTimeout(timer);
  try {
    const response = await fetch("/_emu/state");
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    show(await response.json());
  } catch {
    moving = false;
    say("The emulator does not respond.");
  }
  clearTimeout(timer);
  timer = setTimeout(tick, moving ? MOVING_MS : RESTING_MS);
}

function tick() {
  if (!paused && !document.hidden) return refresh();
  timer = setTimeout(tick, MOVING_MS);
}

byId("pause").addEventListener("click", (event) => {
  paused = !paused;
  event.currentTarget.setAttribute("aria-pressed", String(paused));
});
for (const button of document.querySelectorAll("button[data-advance-ms]")) {
  button.addEventListener("click", async () => {
    const body = JSON.stringify({ advance_ms: Number(button.dataset.advanceMs) });
    await fetch("/_emu/clock", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    }).catch(() => undefined);
    await refresh();
  });
}

byId("origin").addEventListener("change", refresh);
refresh();
