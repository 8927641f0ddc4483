// Tables from the code.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { importSource } from "../import-source.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const kebab = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The default time limits of the operations. */
export function timeoutsTable(defaults) {
  const rows = Object.entries(defaults).map(([operation, ms]) => [
    `\`${operation}\``,
    `${ms / 60_000} minutes`,
  ]);
  return (
    `${table(["operation", "default"], rows)}\n\n` +
    "Set other limits in `timeouts`. A limit covers the whole operation, with its waits and its retries."
  );
}

/** The tables and texts that a guide can name, by that name. */
export async function createTables() {
  const { SETTINGS, isStartSetting } = await importSource("src/emulator/settings.ts");
  const { helpText } = await importSource("src/importer/arguments.ts");
  const { PROFILES } = await importSource("src/emulator/profiles.ts");
  const settings = Object.entries(SETTINGS).map(([name, setting]) => [
    `\`${name}\``,
    `\`--${kebab(name)}\``,
    setting.value === "" ? "" : `\`${setting.value}\``,
    setting.doc +
      (setting.choices ? ` (${setting.choices.map((choice) => `\`${choice}\``).join(", ")})` : ""),
    isStartSetting(name) ? "at the start" : "any time",
  ]);
  const profiles = Object.entries(PROFILES).map(([name, set]) => [
    `\`${name}\``,
    Object.entries(set)
      .map(([setting, value]) => `\`${setting}\` ${value}`)
      .join(", "),
  ]);
  return {
    "emulator-settings": table(["setting", "option", "default", "meaning", "can be set"], settings),
    "emulator-profiles": table(["profile", "sets"], profiles),
    "emulator-controls": tableInComment("src/emulator/control/control-routes.ts"),
    "emulator-faults": tableInComment("src/emulator/faults/rule.ts"),
    "import-help": helpText("kakaocloud-import").trim(),
  };
}

/** The table in a file's comments. */
function tableInComment(path) {
  const lines = readFileSync(`${root}${path}`, "utf8").split("\n");
  const rows = lines.filter((line) => /^ \* \|/.test(line)).map((line) => line.slice(3));
  if (rows.length < 3) throw new Error(`${path} holds no table`);
  return rows.join("\n");
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
