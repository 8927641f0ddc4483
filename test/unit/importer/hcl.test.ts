import { expect, it } from "vitest";
import { block, quote } from "../../../src/importer/hcl.ts";

it.each([
  ["plain", '"plain"'],
  ['say "x"', '"say \\"x\\""'],
  ["a\\b", '"a\\\\b"'],
  ["a\nb\rc\td", '"a\\nb\\rc\\td"'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: HCL, not JavaScript
  ["${a} %{b} $a %b", '"$${a} %%{b} $a %b"'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: HCL, not JavaScript
  ["$${a}", '"$$${a}"'],
  ["\u001b[31m", '"\\u001b[31m"'],
  ["a\u202eb\u00a0c\u2028d", '"a\\u202eb\\u00a0c\\u2028d"'],
  ["\u{e0041}", '"\\U000e0041"'],
  ["half \ud83d", '"half \\ufffd"'],
  ["우분투 é 👍", '"우분투 é 👍"'],
])("%j is written as %s", (text, expected) => {
  expect(quote(text)).toBe(expected);
});

it("aligns arguments, and leaves out those without a value", () => {
  expect(block("import", { to: "x.y", id: '"z"', other: undefined })).toBe(
    'import {\n  to = x.y\n  id = "z"\n}\n',
  );
  expect(block("x", { a: "1", long: "2" }, { b: "3" })).toBe("x {\n  a    = 1\n  long = 2\n\n  b = 3\n}\n");
});
