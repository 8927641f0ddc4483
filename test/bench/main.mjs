// Measures everything: `npm run bench [-- options]`. Build first (`make bench` does).
//   --quick      few runs, small sizes: does it all work?
//   --rounds=5   how often each case is measured
//   --full       beside the rest 10,000 images, planned and listed, and the memory over 100,000 calls
//   --docs       write docs/benchmarks.md and docs/benchmarks.svg also after a quick run; other runs always do
// TF_OFFICIAL_PROVIDER=path runs the commands with the official provider (its executable, or the folder of it), too.
import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findCli, ROOT, VERSION } from "../../scripts/cli-config.mjs";
import { createHostExecutable } from "../../scripts/release/host-executable.mjs";
import { BUN_VERSION } from "../../scripts/release/platforms.mjs";
import { cleanEnvironment } from "./cli.mjs";
import { terminalText, writeDocs, writeJson } from "./report.mjs";
import { benchRpc } from "./rpc.mjs";
import { benchTerraform } from "./terraform.mjs";

// Node reads such a file at each start, which would be measured as ours.
delete process.env.NODE_EXTRA_CA_CERTS;

const known = ["--quick", "--full", "--docs"];
const unknown = process.argv
  .slice(2)
  .find((word) => !known.includes(word) && !/^--rounds=[1-9]\d*$/.test(word));
if (unknown !== undefined) {
  console.error(`bench: no option ${unknown}; there are --rounds=5, ${known.join(", ")}`);
  process.exit(2);
}
const [quick, full, docs] = known.map((word) => process.argv.includes(word));
const rounds = Number(process.argv.find((word) => word.startsWith("--rounds="))?.slice(9) ?? (quick ? 2 : 5));
const execute = promisify(execFile);

const say = (text) => process.stderr.write(`${text}\n`);

const { stdout: cliVersion } = await execute(findCli() ?? "terraform", ["version"], {
  env: cleanEnvironment(),
});
const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "CPU"}, Bun ${BUN_VERSION}, Node ${process.version}, ${cliVersion.split("\n")[0]}, provider ${VERSION}`;

await createHostExecutable();
say("the start of the provider");
const { stdout: startupJson } = await execute(
  process.execPath,
  [join(ROOT, "test/bench/startup.mjs"), quick ? "5" : "40", "--json"],
  { env: cleanEnvironment() },
);
const startup = JSON.parse(startupJson);
say("calls of the protocol");
const rpc = await benchRpc({ quick, full });
const rows = await benchTerraform({ quick, full, rounds }, say);

const load = loadavg().map((value) => value.toFixed(1));
const results = { at: new Date().toISOString(), machine, load, quick, startup, rpc, rows };
writeJson(join(ROOT, "test/bench/results/latest.json"), results);
if (docs || !quick) writeDocs(results);
console.log(terminalText(results));
