import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../../src/emulator/cli/arguments.ts";
import { PAGES, snippetsOf } from "../../harness/snippets.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const exists = (name: string): boolean => existsSync(join(ROOT, name));
const TARGETS = new Set([...read("Makefile").matchAll(/^(\w+):.*##/gm)].map(([, name = ""]) => name));
const PROJECTS = new Set(
  [...read("vitest.config.mts").matchAll(/project\("(\w+)"/g)].map(([, name = ""]) => name),
);
/** Commands of Terraform's that pages and hooks use. */
const TERRAFORM = new Set([
  "query",
  "init",
  "plan",
  "apply",
  "test",
  "import",
  "untaint",
  "show",
  "fmt",
  "destroy",
  "providers",
]);

/** What is wrong with a command that a page shows, as far as that can be seen without running it. */
function complaint(command: string): string | undefined {
  const [left = "", ...piped] = command.split(" | ");
  if (piped.length > 0) return [left, ...piped].map(complaint).find((text) => text !== undefined);
  const [program = "", ...words] = command.replace(/^(?:[A-Z_]+=\S+ )+/, "").split(/\s+/);
  const first = words.find((word) => !word.startsWith("-")) ?? "";
  const wrong = (fine: boolean) => (fine ? undefined : command);
  switch (program.split("/").pop()) {
    case "make":
      return wrong(words.length > 0 && words.every((word) => TARGETS.has(word)));
    case "kakaocloud-emulator":
      return wrong(readCommandLine(words.filter((word) => word !== "&")).action === "run");
    case "kakaocloud-import":
      return undefined; // Its own tests are about its options.
    case "docker": {
      const image = words.indexOf("kakaocloud-emulator");
      if (words[0] === "build") return wrong(exists(words[words.indexOf("-f") + 1] ?? "") && image > 0);
      return wrong(words[0] === "run" && readCommandLine(words.slice(image + 1)).action === "run");
    }
    case "npx": {
      if (words[0] === "vitest") {
        const project = words.includes("--project") ? (words[words.indexOf("--project") + 1] ?? "") : "unit";
        const paths = words.filter((word) => word.startsWith("test/"));
        return wrong(PROJECTS.has(project) && paths.every(exists));
      }
      // Without --yes, npx prompts before it installs a package, and fails without a terminal.
      if (words[0] === "--yes" && words[1] === "--package") return complaint(words.slice(3).join(" "));
      return wrong(exists(`node_modules/.bin/${first}`));
    }
    case "node":
      return wrong(exists(first));
    case "npm":
      return wrong(["ci", "install", "audit", "run", "pkg"].includes(words[0] ?? ""));
    case "terraform":
      return wrong(TERRAFORM.has(words[0] ?? ""));
    case "export":
      return wrong(/^[A-Z_]+=/.test(words[0] ?? ""));
    default:
      return `${command}: no test knows ${program}`;
  }
}

/** The commands of a block for a shell: comments gone, and what spans several lines, in quotes or continued, as one. */
function commandsOf(code: string): readonly string[] {
  return (
    code
      .replaceAll(/'[^']*'/g, "QUOTED")
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.replace(/(^|\s+)#.*$/, "").trim())
      // What a shell function does, it does under its name on the lines after it.
      .filter((line) => line !== "" && !/\(\) \{$|^\}$|"\$@"$/.test(line))
  );
}

describe("commands on", () => {
  it.each(PAGES)("%s exist", (page) => {
    const commands = snippetsOf(page, "sh", "shell").flatMap(commandsOf);
    // That one is run as it is by an acceptance test.
    const others = commands.filter((command) => !command.startsWith("curl "));
    expect(others.map(complaint).filter((text) => text !== undefined)).toEqual([]);
  });

  it("pages include those that people read first", () => {
    expect(PAGES).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/guides/testing.md"]));
    expect(snippetsOf("README.md", "sh").flatMap(commandsOf)).toContain("make demo");
  });

  it.each([
    ["make everything"],
    ["bin/kakaocloud-emulator --prot 8080"],
    ["npx vitest run test/nowhere"],
    ["frobnicate"],
  ])("a wrong page is detected: %s", (command) => {
    let found: string | undefined;
    try {
      found = complaint(command);
    } catch (error) {
      found = String(error);
    }
    expect(found).toContain(command.split(" ").at(-2) ?? command);
  });
});

describe("what is set up for others", () => {
  /** JSON with comments, as editors write it. */
  const json = (name: string) => JSON.parse(read(name).replaceAll(/^\s*\/\/.*$/gm, ""));

  it("has launch configurations whose programs and tasks exist", () => {
    const { configurations } = json(".vscode/launch.json");
    const tasks = json(".vscode/tasks.json").tasks.map(({ label }: { label: string }) => label);
    expect(configurations.length).toBeGreaterThan(2);
    for (const { program, preLaunchTask } of configurations) {
      expect(exists(program.replace(/^\$\{workspaceFolder\}\//, "")), program).toBe(true);
      if (preLaunchTask !== undefined) expect(tasks).toContain(preLaunchTask);
    }
    for (const { command } of json(".vscode/tasks.json").tasks) expect(complaint(command)).toBeUndefined();
  });

  it("has a container to develop in that builds the project, with the editor's recommendations", () => {
    const { postCreateCommand, customizations } = json(".devcontainer/devcontainer.json");
    expect(complaint(postCreateCommand.split(" && ").at(-1))).toBeUndefined();
    expect(json(".vscode/extensions.json").recommendations).toEqual(customizations.vscode.extensions);
  });

  it("has hooks whose commands exist", () => {
    const entries = [...read(".pre-commit-config.yaml").matchAll(/^ +entry: (.*)$/gm)];
    expect(entries.length).toBeGreaterThan(3);
    for (const [, entry = ""] of entries) expect(complaint(entry)).toBeUndefined();
  });

  it.each(readdirSync(join(ROOT, ".github/workflows")))("has in the workflow %s steps that exist", (name) => {
    const steps = [...read(`.github/workflows/${name}`).matchAll(/^ +- run: (.*)$/gm)].map(
      ([, run = ""]) => run,
    );
    const known = steps.filter((step) => /^(make|npx|npm|node) /.test(step));
    expect(known.length).toBeGreaterThan(1);
    expect(known.map(complaint).filter((text) => text !== undefined)).toEqual([]);
  });
});
