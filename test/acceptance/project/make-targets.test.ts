import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { findCli } from "../../../scripts/cli-config.mjs";
import { releaseLater } from "../../harness/cleanup.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { processesInGroup, signalGroup, startGroup } from "../../harness/process-group.ts";
import { requireTerraform } from "../../harness/terraform-cli.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Starts one of the project's scripts in a process group and a temporary folder of its own. */
function startScript(name: string, env: Readonly<Record<string, string>> = {}) {
  const temporary = mkdtempSync(join(tmpdir(), "script-"));
  releaseLater(() => rmSync(temporary, { recursive: true, force: true }));
  const script = startGroup(process.execPath, [join(ROOT, "scripts", name)], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
  return {
    ...script,
    leftovers: () => readdirSync(temporary).filter((entry) => entry !== "node-compile-cache"),
    async printed(pattern: RegExp): Promise<void> {
      while (!pattern.test(script.output())) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}

describe("make demo", () => {
  it("tells the whole story and leaves nothing behind", async (context) => {
    requireTerraform(context);
    const demo = startScript("demo.mjs");
    expect(await demo.finished, demo.output()).toBe(0);
    const text = demo.output().replaceAll(/\s+/g, " ");
    for (const part of [
      "(terraform|tofu) init",
      "1 added",
      "is saving",
      "0 added, 1 changed",
      "Import successful",
    ]) {
      expect(text).toMatch(new RegExp(part));
    }
    expect(text.match(/No changes\./g)).toHaveLength(2);
    expect(text).toContain("Left in the emulator: nothing");
    expect(demo.leftovers()).toEqual([]);
    expect(processesInGroup(demo.group)).toEqual([]);
  });

  it("leaves nothing behind after Ctrl-C either", async (context) => {
    requireTerraform(context);
    const demo = startScript("demo.mjs");
    await demo.printed(/is saving/);
    signalGroup(demo.group, "SIGINT");
    expect(await demo.finished).toBe(130);
    expect(demo.output()).toContain("interrupted");
    expect(demo.leftovers()).toEqual([]);
    expect(processesInGroup(demo.group)).toEqual([]);
  });

  it("tells the story over the protocol where there is no CLI", async () => {
    const path = mkdtempSync(join(tmpdir(), "path-"));
    releaseLater(() => rmSync(path, { recursive: true, force: true }));
    symlinkSync(process.execPath, join(path, "node"));
    const demo = startScript("demo.mjs", { PATH: path, TF_ACC_TERRAFORM_PATH: "" });
    expect(await demo.finished, demo.output()).toBe(0);
    expect(demo.output()).toContain("no terraform and no tofu");
    expect(demo.output()).toContain("Left in the emulator: nothing");
    expect(demo.leftovers()).toEqual([]);
  });
});

describe("make dev", () => {
  beforeEach(requireTerraform);

  it("prints the line that makes terraform init, plan and apply use this build", async () => {
    const dev = startScript("dev.mjs");
    expect(await dev.finished, dev.output()).toBe(0);
    const config = /^export TF_CLI_CONFIG_FILE="(.+)"$/m.exec(dev.output())?.[1] ?? "";
    expect(readFileSync(config, "utf8")).toContain("dev_overrides");

    const cloud = await useEmulator();
    const directory = mkdtempSync(join(tmpdir(), "dev-"));
    releaseLater(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(
      join(directory, "main.tf"),
      `terraform {\n  required_providers {\n    kakaocloud = { source = "kakaoenterprise/kakaocloud" }\n  }\n}\n${cloud.providerBlock}`,
    );
    for (const args of [["init"], ["plan"], ["apply", "-auto-approve"]]) {
      const { code, text } = await runCli(args, directory, config);
      expect(code, text).toBe(0);
    }
    expect(readFileSync(join(directory, ".terraform.lock.hcl"), "utf8")).toContain(
      "kakaoenterprise/kakaocloud",
    );
  });
});

async function runCli(args: readonly string[], cwd: string, config: string) {
  const env = { PATH: process.env.PATH, HOME: cwd, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: "1" };
  const { output, finished } = startGroup(findCli() ?? "", args, { cwd, env });
  return { code: await finished, text: output() };
}
