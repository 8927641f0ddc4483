import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeFully } from "../../../src/plugin/write-fully.ts";

describe("writeFully", () => {
  it("writes all of a long text", () => {
    const folder = mkdtempSync(join(tmpdir(), "write-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const fd = openSync(join(folder, "out"), "w");
    const text = "방".repeat(1_000_000);
    expect(writeFully(fd, text)).toBe(true);
    closeSync(fd);
    expect(readFileSync(join(folder, "out"), "utf8") === text).toBe(true);
  });

  it("says when there is nobody to read", () => {
    const fd = openSync("/dev/full", "w");
    expect(writeFully(fd, "x")).toBe(false);
    closeSync(fd);
    expect(writeFully(fd, "x")).toBe(false);
  });
});
