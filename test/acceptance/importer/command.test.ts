import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { releaseLater } from "../../harness/cleanup.ts";
import { CREDENTIAL, useEmulator } from "../../harness/emulator.ts";
import { addressesOf, IMPORT_EXECUTABLE, runImport, startImport } from "../../harness/import-command.ts";

const IMAGE = { id: "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90", name: "golden-web" };

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("an output file", () => {
  it("is only replaced with --force, and otherwise nothing is requested", async () => {
    const cloud = await useEmulator({ images: [IMAGE] });
    const cwd = useFolder();
    writeFileSync(join(cwd, "images.tf"), "mine");
    const refused = await runImport(["--out", "images.tf"], { cloud, cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(
      "images.tf already exists. Name another file, or replace it with --force.",
    );
    expect(readFileSync(join(cwd, "images.tf"), "utf8")).toBe("mine");
    expect(cloud.journal()).toEqual([]);

    expect(await runImport(["--out", "images.tf", "--force"], { cloud, cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "images.tf"), "utf8")).toContain(
      'resource "kakaocloud_image" "golden_web"',
    );
    expect(readdirSync(cwd)).toEqual(["images.tf"]);
  });

  it("is written where a link leads to, and the link stays", async () => {
    const cloud = await useEmulator({ images: [IMAGE] });
    const cwd = useFolder();
    mkdirSync(join(cwd, "real"));
    writeFileSync(join(cwd, "real/images.tf"), "old");
    symlinkSync("real/images.tf", join(cwd, "link.tf"));
    expect(await runImport(["--out", "link.tf", "--force"], { cloud, cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "real/images.tf"), "utf8")).toContain("golden_web");
    symlinkSync("nowhere/images.tf", join(cwd, "broken.tf"));
    const broken = await runImport(["--out", "broken.tf"], { cloud, cwd });
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stderr).toContain("broken.tf is a broken symbolic link");
  });

  it.each([
    ["/dev/null", "is not a regular file"],
    [".", "is not a regular file"],
    ["missing/images.tf", "There is no folder missing."],
  ])("cannot be %s", async (out, message) => {
    const cloud = await useEmulator();
    const { code, stderr } = await runImport(["--force", "--out", out], { cloud, cwd: useFolder() });
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it("is reported when the folder is not writable", async (context) => {
    context.skip(process.getuid?.() === 0, "root may write everything");
    const cloud = await useEmulator({ images: [IMAGE] });
    const cwd = useFolder();
    chmodSync(cwd, 0o555);
    const { code, stderr } = await runImport(["--out", "images.tf"], { cloud, cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("images.tf cannot be written");
  });

  it("does not exist after Ctrl-C, which ends the command at once", async () => {
    const { environment } = await useEmulator();
    const silent = createServer();
    releaseLater(() => void silent.close().closeAllConnections());
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const cwd = useFolder();
    const { child, finished } = startImport(["--out", "images.tf"], { cloud: { url, environment }, cwd });
    await once(silent, "request");
    child.kill("SIGINT");
    expect(await finished).toMatchObject({ code: null, signal: "SIGINT" });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("does not exist when there is nothing to adopt", async () => {
    const cloud = await useEmulator();
    const cwd = useFolder();
    const { code, stderr } = await runImport(["--out", "images.tf"], { cloud, cwd });
    expect(code).toBe(0);
    expect(stderr).toContain("nothing to adopt, nothing written; left out 5: 5 of other projects");
    expect(existsSync(join(cwd, "images.tf"))).toBe(false);
  });
});

it("Ctrl-C ends the wait for a state that does not come", async () => {
  const cloud = await useEmulator({ images: [IMAGE] });
  const { child, finished } = startImport(["--exclude-state", "-"], { cloud, stdin: false });
  // Node takes signals as soon as the command has begun to read.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.kill("SIGINT");
  expect(await finished).toMatchObject({ code: null, signal: "SIGINT" });
});

describe("what goes wrong", () => {
  it("names the endpoint when nothing listens there", async () => {
    const { environment } = await useEmulator();
    const { code, stdout, stderr } = await runImport([], {
      cloud: { url: "http://127.0.0.1:9", environment },
    });
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /could not connect to the iam service at .*: the connection failed \(ECONNREFUSED\)/,
    );
    expect(stderr).toContain("Check the network, the proxy settings and the endpoint http://127.0.0.1:9.");
  });

  it("names the variables of a refused credential, and never the secret", async () => {
    const cloud = await useEmulator({ credentials: [{ id: "other", secret: "other-secret" }] });
    const { code, stderr } = await runImport(["--verbose"], { cloud });
    expect(code).toBe(1);
    expect(stderr).toContain("Unable to Authenticate with KakaoCloud");
    expect(stderr).toContain("KAKAOCLOUD_APPLICATION_CREDENTIAL_ID");
    expect(stderr).not.toContain(CREDENTIAL.secret);
  });

  it("names the variables that are not set", async () => {
    const { url } = await useEmulator();
    const { code, stderr } = await runImport([], { cloud: { url, environment: {} } });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "Set the environment variables KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET.",
    );
  });

  it("leaves no file behind when the list cannot be read", async () => {
    const cloud = await useEmulator({ images: [IMAGE] });
    cloud.addRule({ match: { method: "GET", path: "/images$" }, fault: { kind: "status", status: 500 } });
    const cwd = useFolder();
    const { code, stderr } = await runImport(["--out", "images.tf"], { cloud, cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("Unable to List Images");
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("is wrong usage with exit code 2", async () => {
    const { code, stdout, stderr } = await runImport(["--nmae", "x"]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("unknown option --nmae (did you mean --name? see --help)");
  });

  it("is a file that is not a state", async () => {
    const cloud = await useEmulator({ images: [IMAGE] });
    const { code, stderr } = await runImport(["--exclude-state", "-"], { cloud, stdin: "Error: no state" });
    expect(code).toBe(1);
    expect(stderr).toContain("standard input is not a state. Use the output of `terraform show -json`");
    const missing = await runImport(["--exclude-state", "missing.json"], { cloud, cwd: useFolder() });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("The state in missing.json cannot be read");
    expect(cloud.journal()).toEqual([]);
  });
});

describe("the output", () => {
  it("is the same each time, without colours, and logs each request with --verbose", async () => {
    const cloud = await useEmulator({ images: [IMAGE, { name: "broken", status: "error" }] });
    const first = await runImport([], { cloud });
    const second = await runImport(["--verbose"], { cloud });
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain('resource "kakaocloud_image" "golden_web"');
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain("ListImages");
    expect(second.stderr).not.toContain(CREDENTIAL.secret);
    expect(first.stderr + second.stderr).not.toContain("\u001b");
  });

  it("ends without an error when its reader closes the pipe", async () => {
    const images = Array.from({ length: 2_000 }, (_, index) => ({ name: `golden-${index}` }));
    const cloud = await useEmulator({ images });
    const { child, finished } = startImport([], { cloud });
    child.stdout.once("data", () => child.stdout.destroy());
    const { code, stderr } = await finished;
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("EPIPE");
  });

  it.for([
    ["not at all", 'exec "$0" "$@" > /dev/full'],
    ["in part", 'ulimit -f 8; exec "$0" "$@" > images.tf'],
  ] as const)("that can be written %s is no success", async ([, script], context) => {
    context.skip(!existsSync("/dev/full"), "there is no /dev/full");
    const images = Array.from({ length: 200 }, (_, index) => ({ name: `golden-${index}` }));
    const cloud = await useEmulator({ images });
    const command = ["/bin/sh", "-c", script, IMPORT_EXECUTABLE] as const;
    const { code, stderr } = await runImport([], { cloud, cwd: useFolder(), command: [...command] });
    expect(code, stderr).toBe(1);
    expect(stderr).toContain("Standard output cannot be written: E");
    expect(stderr).not.toContain("wrote");
  });

  it.each(["--help", "--version"])(
    "of %s is on standard output, whatever else is missing",
    async (option) => {
      const { code, stdout, stderr } = await runImport([option]);
      expect(code).toBe(0);
      expect(stdout).toContain("kakaocloud-import");
      expect(stderr).toBe("");
    },
  );
});

describe("on a terminal", () => {
  beforeEach((context) => {
    const available = process.platform === "linux" && existsSync("/usr/bin/script");
    context.skip(!available, "a terminal of a command's own needs script of util-linux");
  });

  const onTerminal = async (env: Readonly<Record<string, string>>) => {
    const cloud = await useEmulator({ images: [IMAGE, { name: "broken", status: "error" }] });
    const words = [IMPORT_EXECUTABLE, ...addressesOf(cloud), "--out", join(useFolder(), "images.tf")];
    return runImport([words.join(" "), "/dev/null"], {
      env: { TERM: "xterm", ...cloud.environment, ...env },
      command: ["/usr/bin/script", "-qec"],
    });
  };

  it("shows colours and what it is doing", async () => {
    const { code, stdout } = await onTerminal({});
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("\u001b[33mwarning:\u001b[0m");
    expect(stdout).toContain("reading the images ...");
  });

  it("shows no colours with NO_COLOR", async () => {
    const { code, stdout } = await onTerminal({ NO_COLOR: "1" });
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("warning: image");
    expect(stdout).not.toContain("\u001b[33m");
  });
});
