import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { imagePhase } from "../../../src/provider/image/status.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (page: string): string => readFileSync(join(ROOT, "docs", page), "utf8");
const provider = createKakaoCloudProvider("0.0.0", {});
const pages = [
  "index.md",
  ...["resources", "data-sources", "list-resources", "functions", "guides", "guides/ko"].flatMap((folder) =>
    readdirSync(join(ROOT, "docs", folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

it("are what the code and the templates say", () => {
  execFileSync(process.execPath, [join(ROOT, "scripts/docs.mjs"), "--check"], { stdio: "pipe" });
});

it("exist for every resource, data source, list resource and function", () => {
  const expected = [
    ...Object.keys(provider.resources).map((name) => `resources/${name.replace("kakaocloud_", "")}.md`),
    ...Object.keys(provider.dataSources).map((name) => `data-sources/${name.replace("kakaocloud_", "")}.md`),
    ...Object.keys(provider.listResources ?? {}).map(
      (name) => `list-resources/${name.replace("kakaocloud_", "")}.md`,
    ),
    ...Object.keys(provider.functions ?? {}).map((name) => `functions/${name}.md`),
  ];
  expect(pages).toEqual(expect.arrayContaining(expected));
});

describe.each(pages)("%s", (page) => {
  it("begins with front matter that registries understand", () => {
    expect(read(page)).toMatch(
      /^---\npage_title: ".+"\nsubcategory: "Beyond Compute Service"\ndescription: \|-\n {2}\S.*\n---\n\n# /,
    );
  });

  it("has no placeholder left, and describes every attribute", () => {
    expect(read(page)).not.toMatch(/\{\{[a-z]/);
    expect(read(page)).not.toMatch(/^- `\w+` \([A-Z][^)]*\)$/m);
  });
});

it("says what the provider does in each status of an image", () => {
  const [, section = ""] = /^## Waiting for the image$([\s\S]*?)^## /m.exec(read("resources/image.md")) ?? [];
  const rows = [...section.matchAll(/^\| (`.*) \| (.*) \|$/gm)];
  const statuses = rows.flatMap(([, statuses = "", meaning = ""]) =>
    [...statuses.matchAll(/`(\w+)`/g)].map(([, status = ""]) => [status, meaning] as const),
  );
  const words = { ready: /ready/, pending: /being created/, failed: /failed/, deleted: /deleted/ };
  expect(statuses.length).toBeGreaterThan(9);
  for (const [status, meaning] of statuses) expect(meaning).toMatch(words[imagePhase(status)]);
});
