import { expect, it } from "vitest";
import { IS_PACKAGED, startPlugin } from "../../harness/plugin-process.ts";

async function warningsWith(env: Readonly<Record<string, string>>) {
  const plugin = await startPlugin({ env });
  await plugin.client.call("GetProviderSchema", {});
  await plugin.shutdown();
  return plugin.logs().filter(({ level }) => level === "warn");
}

it("warns of variables that change how an executable runs, by name, and nothing else does", async () => {
  const warnings = await warningsWith({
    BUN_OPTIONS: "--smol",
    BUN_ENABLE_CRASH_REPORTING: "1",
    BUN_INSPECT: "",
  });
  // On Node they change nothing.
  const variables = IS_PACKAGED ? [["BUN_OPTIONS", "BUN_ENABLE_CRASH_REPORTING"]] : [];
  expect(warnings.map(({ fields }) => fields.variables)).toEqual(variables);
  expect(JSON.stringify(warnings)).not.toContain("--smol");
  expect(await warningsWith({ BUN_OPTIONS: "" })).toEqual([]);
});
