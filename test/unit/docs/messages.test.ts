import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { entriesFor, entriesOf, listMessages, messagesIn } from "../../../scripts/docs/messages.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const messages = listMessages(ROOT);
const where = ({ file, line, text }: { file: string; line: number; text: string }) =>
  `${file}:${line}: ${text}`;

it("have at most three sentences", () => {
  const long = messages.filter(({ broken }) => broken.some((rule: string) => rule.endsWith("sentences")));
  expect(long.map(where)).toEqual([]);
});

it("use the words of Terraform and HTTP", () => {
  const odd = messages.filter(({ broken }) => broken.some((rule: string) => rule.startsWith("says")));
  expect(odd.map(where)).toEqual([]);
});

it("have an entry in the troubleshooting guide when they are errors or warnings", () => {
  const entries = entriesOf(ROOT);
  const missing = messages.filter(
    ({ summary }) => summary !== undefined && entriesFor(summary, entries).length === 0,
  );
  expect(missing.map(where)).toEqual([]);
});

it("are found in every kind of place", () => {
  const kinds = new Set(messages.map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual(["command", "emulator", "error", "help", "log", "reason", "warning"]);
  expect(messages.length).toBeGreaterThan(150);
});

it("are found in tables, in constants and in settings", () => {
  const code = [
    'const REMEDIES = { a: "Check the endpoint" };',
    'const CHECK_PROXY = "Check the proxy settings";',
    'const settings = { b: toggle(true, "whether it is on") };',
    'const FORMAT = "utf8";',
  ].join("\n");
  expect(messagesIn("x.ts", code).map(({ line, kind, text }) => [line, kind, text])).toEqual([
    [1, "reason", "Check the endpoint"],
    [2, "reason", "Check the proxy settings"],
    [3, "help", "whether it is on"],
  ]);
});

it("are read with their parts put together, and with the rules that they break", () => {
  const code =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source
    'errorDiagnostic("Bad " + kind, `One ${a}. ` + (b ? "Two." : "Deux.") + " Three. Four. Made anew.");';
  expect(messagesIn("x.ts", code)).toEqual([
    {
      file: "x.ts",
      line: 1,
      kind: "error",
      summary: "Bad {…}",
      text: "One {…}. Two. | Deux. Three. Four. Made anew.",
      broken: ["has 5 sentences", 'says "Made"'],
    },
  ]);
});
