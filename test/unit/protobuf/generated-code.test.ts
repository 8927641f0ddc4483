import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const outputs = [
  "src/protocol/generated/tfplugin6.ts",
  "src/plugin/generated/plugin.ts",
  "src/plugin/generated/health.ts",
];

/** A copy of what the generator reads and writes, so that a test may spoil it. */
function createCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "generate-protobuf-"));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const path of ["scripts/generate-protobuf.mjs", "scripts/protobuf", "proto", ...outputs]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

const generate = (directory: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(directory, "scripts/generate-protobuf.mjs"), ...args], {
    encoding: "utf8",
  });

describe("generated code", () => {
  it("is what the generator writes from proto/", () => {
    expect(generate(root, "--check")).toMatchObject({ status: 0, stderr: "" });
  });

  it.each(outputs)("is reported when %s was edited by hand, and repaired by generating it", (output) => {
    const copy = createCopy();
    const original = readFileSync(join(copy, output), "utf8");
    writeFileSync(join(copy, output), original.replace('"', "'"));

    const check = generate(copy, "--check");
    expect(check.status).toBe(1);
    expect(check.stderr).toContain(`${output} is not what proto/`);

    expect(generate(copy).status).toBe(0);
    expect(readFileSync(join(copy, output), "utf8")).toBe(original);
  });
});
