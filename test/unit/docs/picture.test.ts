import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withPicture } from "../../../scripts/docs/picture.mjs";
import { releaseLater } from "../../harness/cleanup.ts";

const FOLDERS = [
  "base",
  "emulator",
  "entry",
  "framework",
  "http",
  "importer",
  "kakaocloud",
  "plugin",
  "protobuf",
  "protocol",
  "provider",
];
const PAGE =
  "before\n<!-- the picture: drawn by `make docs` -->\nold\n<!-- the end of the picture -->\nafter\n";

function useSource(folders: readonly string[]): string {
  const source = join(mkdtempSync(join(tmpdir(), "picture-")), "src");
  releaseLater(() => rmSync(join(source, ".."), { recursive: true, force: true }));
  for (const folder of folders) mkdirSync(join(source, folder, "inner"), { recursive: true });
  writeFileSync(join(source, "entry/main.ts"), 'const late = await import("../protocol/late.ts");\n');
  writeFileSync(
    join(source, "protocol/inner/file.ts"),
    'import { a } from "../../framework/a.ts";\nimport b from "b";\nimport { c } from "./c.ts";\n',
  );
  return source;
}

it("draws which folder imports which, and leaves the rest of the page as it is", () => {
  const page = withPicture(PAGE, useSource(FOLDERS));
  const arrows = page.match(/^ {2}\w+ --> \w+$/gm)?.map((line) => line.trim());
  expect(arrows).toEqual(["entry --> protocol", "protocol --> framework"]);
  expect(page).toMatch(/^before\n/);
  expect(page).toMatch(/\nafter\n$/);
  expect(page).not.toContain("old");
  expect(withPicture(page, useSource(FOLDERS))).toBe(page);
});

it("requires a role for every folder, and marks on the page", () => {
  expect(() => withPicture(PAGE, useSource([...FOLDERS, "another"]))).toThrow("disagree about another");
  expect(() => withPicture("no marks", useSource(FOLDERS))).toThrow("no place for the picture");
});
