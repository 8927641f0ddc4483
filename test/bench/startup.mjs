// How long Terraform waits for the provider to start, beside a Node that does nothing: `node test/bench/startup.mjs [rounds] [--json]`.
// Build first, and the executable, as `make dev` does. "line" is from exec to the handshake line, "first RPC" to the response of GetProviderSchema over mutual TLS (or
// its UNIMPLEMENTED while there is no schema). The cases of a round run one after the other, so that all see the same machine.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOST_EXECUTABLE } from "../../scripts/release/host-executable.mjs";
import { ON_NODE } from "./cli.mjs";
import {
  call,
  connectPlugin,
  createClientCertificate,
  pluginEnvironment,
  startPlugin,
} from "./plugin-client.mjs";
import { startupText } from "./report.mjs";
import { summarize } from "./statistics.mjs";

const onNode = join(ON_NODE, "terraform-provider-kakaocloud");
const rounds = Number(process.argv[2] ?? 20);
const certificate = await createClientCertificate();
const env = pluginEnvironment(certificate);

const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Private memory of a process in MB: what each further process costs. */
function privateMegabytes(pid) {
  const kilobytes = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return kilobytes ? Number(kilobytes[1]) / 1024 : Number.NaN;
}

function runBareNode() {
  return new Promise((resolve) => {
    const start = now();
    spawn(process.execPath, ["-e", "0"], { env, stdio: "ignore" }).once("exit", () => resolve(now() - start));
  });
}

/** The private memory of a Node that does nothing but wait. */
function measureIdleNode() {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6); console.log()"], { env });
    child.stdout.once("data", () => {
      const memory = privateMegabytes(child.pid);
      child.once("exit", () => resolve(memory));
      child.kill("SIGKILL");
    });
  });
}

async function runProvider(executable) {
  const start = now();
  const { child, line, exited } = await startPlugin(executable, [], env);
  const lineAt = now() - start;
  const session = connectPlugin(line, certificate);
  await call(session, "/tfplugin6.Provider/GetProviderSchema");
  const rpcAt = now() - start;
  const memory = privateMegabytes(child.pid);
  const shutdownAt = now();
  await call(session, "/plugin.GRPCController/Shutdown");
  session.destroy();
  await exited;
  return { line: lineAt, rpc: rpcAt, memory, exit: now() - shutdownAt };
}

const cases = {
  bare: runBareNode,
  released: () => runProvider(HOST_EXECUTABLE),
  onNode: () => runProvider(onNode),
};
const results = { bare: [], released: [], onNode: [] };
for (let round = -2; round < rounds; round++) {
  const order = Object.keys(cases);
  if (round % 2 !== 0) order.reverse();
  for (const name of order) {
    const measured = await cases[name]();
    // Two rounds warm the page cache.
    if (round >= 0) results[name].push(measured);
  }
}
const idle = await measureIdleNode();

const row = (name, unit, values, comparable = false) => ({
  name,
  unit,
  value: summarize(values),
  // Round by round, so that a slow moment of the machine slows both sides of it.
  ratio: comparable ? summarize(values.map((value, index) => value / results.bare[index])) : null,
});
const rowsOf = (how, measured) => {
  const column = (key) => measured.map((one) => one[key]);
  return [
    row(`${how}: handshake line`, "ms", column("line"), true),
    row(`${how}: first RPC served`, "ms", column("rpc"), true),
    row(`${how}: Shutdown to exit`, "ms", column("exit")),
    row(
      `${how}: private memory (RssAnon) beyond an idle node`,
      "MB",
      column("memory").map((memory) => memory - idle),
    ),
  ];
};
const rows = [
  row("bare `node -e 0`", "ms", results.bare),
  ...rowsOf("released", results.released),
  ...rowsOf("on Node", results.onNode),
];
const result = { rounds, node: process.version, rows };
console.log(process.argv.includes("--json") ? JSON.stringify(result) : startupText(result));
