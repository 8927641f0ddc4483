import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { version } from "../../../package.json" with { type: "json" };
import { findCli } from "../../../scripts/cli-config.mjs";
import { releaseLater } from "../../harness/cleanup.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { processesInGroup, signalGroup, startGroup } from "../../harness/process-group.ts";
import { cliVersion, requireTerraform } from "../../harness/terraform-cli.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Starts one of the project's scripts in a process group and a temporary folder of its own. */
function startScript(name: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const temporary = mkdtempSync(join(tmpdir(), "script-"));
  releaseLater(() => rmSync(temporary, { recursive: true, force: true }));
  const script = startGroup(process.execPath, [join(ROOT, "scripts", name), ...args], {
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
  it("runs the whole story and leaves nothing behind", async (context) => {
    requireTerraform(context);
    const demo = startScript("demo.mjs");
    expect(await demo.finished, demo.output()).toBe(0);
    const text = demo.output().replaceAll(/\s+/g, " ");
    for (const part of [
      "(terraform|tofu) init",
      "1 added",
      "is saving",
      "0 added, 1 changed",
      "2 added, 0 changed",
      "Warning: Image .*exists once",
      "Import successful",
    ]) {
      expect(text).toMatch(new RegExp(part));
    }
    expect(text.match(/No changes\./g)).toHaveLength(2);
    expect(text.match(/kakaocloud_image.golden will be created/g)).toHaveLength(1);
    expect(text).not.toContain("development overrides");
    expect(text).toContain("Next steps:");
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

  it("runs the story over the protocol where there is no CLI", async () => {
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

  it.each([
    ["its own address", [], "kakaocloud.internal/images/kakaocloud"],
    ["the official address", ["kakaoenterprise/kakaocloud"], "kakaoenterprise/kakaocloud"],
  ])(
    "prints the line that makes plan, init and apply use this build, at %s",
    async (_title, args, source) => {
      const dev = startScript("dev.mjs", {}, args);
      expect(await dev.finished, dev.output()).toBe(0);
      const config = /^export TF_CLI_CONFIG_FILE="(.+)"$/m.exec(dev.output())?.[1] ?? "";
      expect(readFileSync(config, "utf8")).toContain("dev_overrides");

      const cloud = await useEmulator();
      const directory = mkdtempSync(join(tmpdir(), "dev-"));
      releaseLater(() => rmSync(directory, { recursive: true, force: true }));
      const write = (version: string) =>
        writeFileSync(
          join(directory, "main.tf"),
          `terraform {\n  required_providers {\n    kakaocloud = {\n      source  = "${source}"\n      version = "${version}"\n    }\n  }\n}\n${cloud.providerBlock}`,
        );
      // Without init, and with a version and a lock file that are another provider's.
      write("0.5.0");
      const host = source.startsWith("kakaoenterprise") ? `${cliVersion().registry}/` : "";
      const locked = `provider "${host}${source}" {\n  version     = "0.5.0"\n  constraints = "0.5.0"\n}\n`;
      for (const lock of ["", locked]) {
        writeFileSync(join(directory, ".terraform.lock.hcl"), lock);
        const { code, text } = await runCli(["plan"], directory, config);
        expect(code, text).toBe(0);
      }
      rmSync(join(directory, ".terraform.lock.hcl"));
      write(`~> ${version}`);
      for (const command of [["init"], ["plan"], ["apply", "-auto-approve"]]) {
        const { code, text } = await runCli(command, directory, config);
        expect(code, text).toBe(0);
      }
    },
  );
});

async function runCli(args: readonly string[], cwd: string, config: string) {
  const env = { PATH: process.env.PATH, HOME: cwd, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: "1" };
  const { output, finished } = startGroup(findCli() ?? "", args, { cwd, env });
  return { code: await finished, text: output() };
}
