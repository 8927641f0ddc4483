import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { version } from "../../../../package.json";
import { rawText } from "../../../../scripts/raw-text.mjs";
import { readCommandLine } from "../../../../src/emulator/cli/arguments.ts";
import { PROFILES } from "../../../../src/emulator/profiles.ts";
import { SETTINGS } from "../../../../src/emulator/settings.ts";
import { credentials, send, start } from "../support.ts";

let folder = "";
let program = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-"));
  program = join(folder, "emulator.js");
  const entry = join(import.meta.dirname, "../../../../src/emulator/cli/main.ts");
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    plugins: [rawText],
  });
}, 30_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  output(): string;
  readonly exit: Promise<string>;
}

/** Runs the program; it can't outlive the test. */
function run(...args: string[]): Run {
  const child = spawn(process.execPath, [program, ...args], { stdio: "pipe" });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
    });
  }
  const exit = new Promise<string>((resolve) =>
    child.once("close", (code, signal) => resolve(String(code ?? signal))),
  );
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  return { child, output: () => text, exit };
}

async function listening(running: Run): Promise<string> {
  await expect
    .poll(running.output, { timeout: 10_000 })
    .toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n[\s\S]*_emu\/\n$/);
  return /http:\/\/[\d.:]+/.exec(running.output())?.[0] ?? "";
}

/** What the emulator says about where its services are. */
async function addressesTold(url: string) {
  const signedIn = await send(`${url}/identity/v3/auth/tokens`, {
    method: "POST",
    body: JSON.stringify(credentials()),
  });
  const token = signedIn.headers.get("x-subject-token") ?? "";
  return (await send(`${url}/api/v1/client-endpoints/resolve`, { headers: { "x-auth-token": token } })).json;
}

describe("the command kakaocloud-emulator", () => {
  it("prints where it listens and how to configure the provider, and stops on SIGTERM", async () => {
    const running = run("--port", "0", "--saving-ms=5");
    const url = await listening(running);
    expect(running.output()).toContain(`    iam    = "${url}"\n    config = "${url}"\n`);
    expect((await send(`${url}/_emu/settings`)).json.savingMs).toBe(5);
    running.child.kill("SIGTERM");
    expect(await running.exit).toBe("0");
  });

  it("stops on SIGINT", async () => {
    const running = run();
    await listening(running);
    running.child.kill("SIGINT");
    expect(await running.exit).toBe("0");
  });

  it("stops with its standard input only with --exit-with-parent", async () => {
    const asked = run("--exit-with-parent");
    await listening(asked);
    asked.child.stdin?.end();
    expect(await asked.exit).toBe("0");
    const unasked = run();
    const url = await listening(unasked);
    unasked.child.stdin?.end();
    expect((await send(`${url}/_emu/health`)).status).toBe(200);
    expect(unasked.child.exitCode).toBeNull();
  });

  it("--print-env prints what a shell can evaluate", async () => {
    const running = run("--print-env");
    const url = await listening(running);
    expect(running.output()).toContain(`export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=emulator\n`);
    expect(running.output()).toContain(`export KAKAOCLOUD_EMULATOR_URL=${url}\n`);
  });

  it("--print-env quotes credentials so that a shell reads just those", async () => {
    const secret = 'it\'s $(touch x) `y` "z" ; \\ !';
    const file = join(folder, "quoted.json");
    await writeFile(file, JSON.stringify({ credentials: [{ id: `\${id} %{if}`, secret }] }));
    const running = run("--print-env", "--config", file);
    const url = await listening(running);
    const lines = running
      .output()
      .split("\n")
      .filter((line) => line.startsWith("export "));
    const script = `${lines.join("\n")}\nprintf '%s|' "$KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET" "$KAKAOCLOUD_EMULATOR_URL"`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8", cwd: folder })).toBe(`${secret}|${url}|`);
    expect(running.output()).toContain('application_credential_id     = "$${id} %%{if}"');
  });

  it("--url-file writes the URL, and a failure is only a warning", async () => {
    const file = join(folder, "emulator.url");
    const url = await listening(run("--url-file", file));
    expect(readFileSync(file, "utf8")).toBe(`${url}\n`);
    const nowhere = run("--url-file", join(folder, "none/emulator.url"));
    await expect.poll(nowhere.output, { timeout: 10_000 }).toMatch(/_emu\/\n$/);
    expect(nowhere.output()).toContain("warning: could not write the URL to ");
  });

  it("--config reads everything from a file, and the command line wins", async () => {
    const file = join(folder, "config.json");
    const config = {
      profile: "instant",
      settings: { latencyMs: 1, savingMs: 11 },
      credentials: [{ id: "from-file", secret: "s" }],
      images: [{ id: "22222222-2222-4222-8222-222222222222", name: "from file" }],
      rules: [{ id: "from-file", match: { path: "/never" }, fault: { kind: "stall" } }],
    };
    await writeFile(file, JSON.stringify(config));
    const running = run("--config", file, "--latency-ms", "2");
    const url = await listening(running);
    expect(running.output()).toContain('application_credential_id     = "from-file"');
    expect((await send(`${url}/_emu/settings`)).json).toMatchObject({
      latencyMs: 2,
      savingMs: 11,
      queuedMs: 0,
    });
    expect((await send(`${url}/_emu/rules/from-file`)).status).toBe(200);
    expect((await send(`${url}/_emu/images/22222222-2222-4222-8222-222222222222`)).status).toBe(200);
  });

  it("--help lists every setting, --version the version", async () => {
    const help = run("--help");
    expect(await help.exit).toBe("0");
    for (const name of Object.keys(SETTINGS)) {
      expect(help.output()).toContain(
        `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `,
      );
    }
    const printed = run("--version");
    expect(await printed.exit).toBe("0");
    expect(printed.output()).toBe(`${version}\n`);
  });

  it("fails with one line that says what to do for a port in use, or an address of another machine", async () => {
    const { port } = await start();
    const taken = run("--port", String(port));
    expect(await taken.exit).toBe("1");
    expect(taken.output()).toBe(
      `kakaocloud-emulator: port ${port} of 127.0.0.1 is in use: stop the process that uses it, or choose another one with --port (0: any free one).\n`,
    );
    const elsewhere = run("--host", "192.0.2.1");
    expect(await elsewhere.exit).toBe("1");
    expect(elsewhere.output()).toBe(
      "kakaocloud-emulator: 192.0.2.1 is not an address of this machine: choose another one with --host.\n",
    );
  });

  it("warns when other machines can reach it, and returns endpoints with the URL of the request", async () => {
    const running = run("--host", "0.0.0.0");
    await expect.poll(running.output, { timeout: 10_000 }).toMatch(/_emu\/\n$/);
    expect(running.output()).toContain("warning: listening on 0.0.0.0: anyone who can reach this machine");
    const port = Number(/listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(running.output())?.[1]);
    for (const name of ["localhost", "127.0.0.1"]) {
      const url = `http://${name}:${port}`;
      const json = await addressesTold(url);
      expect(json).toMatchObject({ data: { service_endpoints: { image: url, iam: url } } });
    }
  });

  it("returns its own URL, whatever the Host header is, while it listens on that alone", async () => {
    const { url, port } = await start();
    const json = await addressesTold(`http://localhost:${port}`);
    expect(json).toMatchObject({ data: { service_endpoints: { image: url } } });
  });

  it("continues when nobody reads its output, and prints no colours even where they are forced", async () => {
    const running = run("--print-env");
    running.child.stdout?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(running.child.exitCode).toBeNull();
    const help = run("--help");
    await help.exit;
    expect(help.output()).not.toContain("\u001b");
    expect(
      help
        .output()
        .split("\n")
        .filter((line) => line.length > 100),
    ).toEqual([]);
  });
});

describe("the command line", () => {
  it.each([
    [["--nothing"], "unknown option --nothing (see --help)"],
    [["--prot=80"], "unknown option --prot (did you mean --port? see --help)"],
    [["--queued-sm", "5"], "unknown option --queued-sm (did you mean --queued-ms? see --help)"],
    [["start"], "unexpected argument start (see --help)"],
    [["--clock", "fast"], '--clock must be one of real, virtual, not "fast".'],
    [["--port"], "--port needs a value"],
    [["--host="], "--host needs a value"],
    [["--volume-busy=maybe"], '--volume-busy must be true or false, got: "maybe"'],
    [["--port", "99999"], "--port must be 0 to 65535, not 99999."],
    [["--queued-ms", "soon"], '--queued-ms must be a number from 0 to 1000000000000, not "soon".'],
    [["--config", "/nowhere.json"], "/nowhere.json cannot be read: "],
  ])("refuses %j", (words, message) => {
    expect(() => readCommandLine(words)).toThrow(message);
  });

  it.each([
    [{ settings: { nothing: 1 } }, 'There is no setting named "nothing".'],
    [{ ports: 1 }, 'The config file has no field "ports"; its fields are host, port, profile, '],
    [{ host: "" }, 'host must be a string of at least 1 character, not "".'],
    [{ port: 70_000 }, "port must be a whole number from 0 to 65535, not 70000."],
    [
      { settings: { savingMs: [] } },
      "settings.savingMs must be a number from 0 to 1000000000000, not a list.",
    ],
    [
      { images: [{}, { min_disk: "x" }] },
      'images[1].min_disk must be a whole number from 0 to 2147483647, not "x".',
    ],
    [{ credentials: [{ id: "a", secret: 5 }] }, "credentials[0].secret must be a string."],
    [{ rules: {} }, "rules must be a list, not an object."],
    [[], "The config file must be a JSON object, not a list."],
  ])("refuses a config file with %j", async (content, message) => {
    const file = join(folder, "wrong.json");
    await writeFile(file, JSON.stringify(content));
    expect(() => readCommandLine(["--config", file])).toThrow(message);
  });

  it("takes flags with and without a value", () => {
    const { options } = readCommandLine(["--enforce-content-type", "--volume-busy=false", "--host=::1"]);
    expect(options).toMatchObject({ host: "::1", settings: { enforceContentType: true, volumeBusy: false } });
  });
});

describe("profiles", () => {
  it.each(Object.keys(PROFILES))("%s starts, and given settings take precedence", async (profile) => {
    const emulator = await start({ savingMs: 123 }, { profile });
    expect(emulator.settings()).toMatchObject({ ...PROFILES[profile], savingMs: 123 });
  });

  it("an unknown one is refused", async () => {
    await expect(start({}, { profile: "fast" })).rejects.toThrow(/profile must be one of instant, /);
  });
});

describe("the table of settings", () => {
  it("has a test for every setting", () => {
    const folder = join(import.meta.dirname, "..");
    const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    expect(Object.keys(SETTINGS).filter((name) => !new RegExp(`\\b${name}\\b`).test(tests))).toEqual([]);
  });
});
