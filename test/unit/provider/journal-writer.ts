/**
 * A process with a journal: `<path> <name> <task>`. `leave` leaves 100 creates open, `finish` begins and closes 100, and `claim` prints
 * the ids of the images that it claims and then lives until its standard input ends.
 */
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { openJournal } from "../../../src/provider/journal.ts";

const [path = "", name = "", task = ""] = process.argv.slice(2);
const journal = openJournal(path, createLogger(console.error, createRedactor(), "provider"));
const key = { endpoint: "", project: "", volume_id: "", name: "golden-web", description: "" };
if (task === "claim") {
  for (let entry = journal.claim(key); entry !== undefined; entry = journal.claim(key)) {
    console.log(entry.imageId);
  }
  console.log("done");
  process.stdin.resume();
} else {
  for (let index = 0; index < 100; index += 1) {
    const entry = journal.begin({ ...key, sent_at: Date.now(), volume_was_free: true, existing: [] });
    entry.created(`${name}-${index}`);
    if (task === "finish") entry.close();
  }
}
