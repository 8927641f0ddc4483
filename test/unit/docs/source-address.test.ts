import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { sourceAddress } from "../../../package.json";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const OFFICIAL = "kakaoenterprise/kakaocloud";
const files = ["README.md", ...["examples", "docs"].flatMap((folder) => filesBelow(folder))];

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tf|tfrc|sh|md|hcl)$/.test(name))
    .map((name) => join(folder, name));
}

it("is that of package.json, or the official provider's, in every example and on every page", () => {
  const others = files.flatMap((name) =>
    [...readFileSync(join(ROOT, name), "utf8").matchAll(/\bsource\s+=\s+"([^"]+)"/g)]
      .map(([, source = ""]) => source)
      .filter((source) => source.includes("/") && source !== sourceAddress && source !== OFFICIAL)
      .map((source) => `${name}: ${source}`),
  );
  expect(others).toEqual([]);
  const text = files.map((name) => readFileSync(join(ROOT, name), "utf8")).join("\n");
  const hosts = text.match(/[\w.-]+\.internal\/[\w/-]*kakaocloud/g) ?? [];
  expect(hosts.length).toBeGreaterThan(5);
  expect([...new Set(hosts)]).toEqual([sourceAddress]);
});
