import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openOutputFile } from "../../../src/importer/output-file.ts";
import { releaseLater } from "../../harness/cleanup.ts";

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "output-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it.each([false, true])("an existing file is neither deleted nor an obstacle (force: %s)", (force) => {
  const folder = useFolder();
  // The names that the temporary file could be guessed to have.
  const others = [`.images.tf.${process.pid}.tmp`, ".images.tf.tmp", "images.tf.tmp"];
  for (const name of others) writeFileSync(join(folder, name), "mine");
  openOutputFile(join(folder, "images.tf"), { force }).write("new");
  expect(readFileSync(join(folder, "images.tf"), "utf8")).toBe("new");
  expect(readdirSync(folder).toSorted()).toEqual([...others, "images.tf"].toSorted());
  for (const name of others) expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
});

/** Plays a file system that knows no links, such as FAT. */
function withoutLinks(): void {
  const { linkSync } = fs;
  fs.linkSync = () => {
    throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
  };
  syncBuiltinESMExports();
  releaseLater(() => {
    fs.linkSync = linkSync;
    syncBuiltinESMExports();
  });
}

it.each([
  ["with links", () => {}],
  ["without links", withoutLinks],
])("a file that appears in the meantime is not replaced, on a file system %s", (_title, arrange) => {
  arrange();
  const folder = useFolder();
  const file = join(folder, "images.tf");
  const output = openOutputFile(file, { force: false });
  writeFileSync(file, "somebody else's");
  expect(() => output.write("new")).toThrow("already exists");
  expect(readFileSync(file, "utf8")).toBe("somebody else's");
  expect(readdirSync(folder)).toEqual(["images.tf"]);
});

it("a file is written whole on a file system without links, too", () => {
  withoutLinks();
  const folder = useFolder();
  openOutputFile(join(folder, "images.tf"), { force: false }).write("new");
  expect(readFileSync(join(folder, "images.tf"), "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["images.tf"]);
});
