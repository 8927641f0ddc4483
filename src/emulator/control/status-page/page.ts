import { createHash } from "node:crypto";
import HTML from "./page.html?raw";
import SCRIPT from "./script.js?raw";
import STYLE from "./style.css?raw";

/** The page at `/_emu/`: shows images moving through their statuses. It loads nothing from elsewhere. */
export const STATUS_PAGE = HTML.replace("<style></style>", () => `<style>${STYLE}</style>`).replace(
  '<script type="module"></script>',
  () => `<script type="module">${SCRIPT}</script>`,
);

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
