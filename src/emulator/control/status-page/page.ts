import { createHash } from "node:crypto";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

const column = (name: string, className = ""): string =>
  `<th scope="col"${className && ` class="${className}"`}>${name}</th>`;

const table = (
  id: string,
  title: string,
  columns: readonly string[],
): string => `<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="${id}-title"><table aria-labelledby="${id}-title">
<thead><tr>${columns.join("")}</tr></thead>
<tbody id="${id}"></tbody>
</table></div>
</section>`;

/** The page at `/_emu/`: shows images moving through their states. It needs nothing from elsewhere. */
export const STATUS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>KakaoCloud emulator</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<div class="page">
<header>
<h1>KakaoCloud emulator</h1>
<p id="summary" role="status" aria-live="polite">Loading…</p>
<span id="clock"></span>
</header>
<main>
<div class="controls" role="group" aria-label="Controls">
<button id="pause" type="button" aria-pressed="false">Pause refresh</button>
<button id="advance" type="button" data-advance-ms="10000">Clock forward 10 s</button>
<button type="button" data-advance-ms="60000">Clock forward 1 min</button>
<span class="choice"><label for="origin">Show</label>
<select id="origin">
<option value="">all images</option>
<option value="created">created through the API</option>
<option value="seeded">seeded</option>
</select></span>
</div>
${table("images", "Images", [
  column("Name", "name"),
  ...["Status", "Next", "Visibility", "Shared with", "Created", "Id"].map((name) => column(name)),
])}
${table(
  "requests",
  "Last requests",
  ["#", "Time", "Request", "Answer", "Fault rule"].map((name) => column(name)),
)}
${table(
  "rules",
  "Fault rules",
  ["Id", "Match", "Fault", "Hits"].map((name) => column(name)),
)}
</main>
</div>
<script>${SCRIPT}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What a browser may do on that page: run its script, use its style, and talk to the emulator. Nothing else, whatever an image is named. */
export const STATUS_PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
