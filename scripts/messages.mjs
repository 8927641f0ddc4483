// Lists every message that a person can get from this project, one in a line: where it is, its kind, its summary, its text, its entry in
// the troubleshooting guide and the rules that it breaks, separated by tabs. `--broken` lists those alone that break a rule.
import { fileURLToPath } from "node:url";
import { entriesFor, entriesOf, listMessages } from "./docs/messages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const entries = entriesOf(root);
const all = listMessages(root);
const broken = all.filter((message) => message.broken.length > 0);
for (const { file, line, kind, summary, text, broken: rules } of process.argv.includes("--broken")
  ? broken
  : all) {
  const found = summary === undefined ? [] : entriesFor(summary, entries);
  const entry = summary === undefined ? "-" : found.slice(0, 3).join(", ") || "NO ENTRY";
  console.log([`${file}:${line}`, kind, summary ?? "-", text, entry, rules.join("; ")].join("\t"));
}
console.error(`${all.length} messages, ${broken.length} of them break a rule`);
