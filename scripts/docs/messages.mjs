// Every message in src/: the texts that are given to what shows them to people, read from the syntax tree.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * What shows a text to people, by the expression that is called, and the kind of message.
 *
 * @type {[callee: RegExp, kind: string][]}
 */
const OUTLETS = [
  [/^attributeError$|^errorDiagnostic$/, "error"],
  [/^warningDiagnostic$/, "warning"],
  [/^(?:call\.|context\.)?log\.(?:info|warn|error)$/, "log"],
  [/^console\.(?:say|warn|fail)$|^MistakenInput$|^UsageError$/, "command"],
  [/^InputError$|^ControlError$/, "emulator"],
  [
    /^(?:KakaoCloudError|ApiError|ProxyError|TunnelError|DurationError|StartupError|CodecError|JsonError)$/,
    "reason",
  ],
  [/^problem$|^invalidValue$|^matches$/, "reason"],
];
/** Properties whose texts end up in a message, and the kind of message. */
const PROPERTIES = {
  detail: "reason",
  reason: "reason",
  remedy: "reason",
  unmet: "reason",
  message: "log",
  doc: "help",
};
/** The constants whose texts end up in a message, in whole sentences or as a table. */
const CONSTANT = /^[A-Z][A-Z_]+$/;
/** How the emulator's settings are declared, with their meaning as the last argument. */
const SETTING = /^(?:toggle|choice|duration|delay|count|status|numeric|textual)$/;

/** Words that the field has other words for, as they were found in messages. */
const WORDS =
  /\b(?:answer(?:s|ed)?|asks?|asked|told|tells?|looked|looks|made|anew|gone|taken over|unless|(?<!there )is no (?!longer)[a-z]+)\b/i;
/** KakaoCloud's own text, which the emulator returns as it is. */
const VERBATIM = new Set(["The request you have made requires authentication."]);
const MOST_SENTENCES = 3;
/** A constant of fewer words is a name or a format. */
const FEWEST_WORDS = 3;

/**
 * The messages of all sources, in the order of files and lines. Values that are filled in appear as `{…}`.
 *
 * @param {string} root absolute path of the project
 */
export function listMessages(root) {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .sort();
  return files.flatMap((name) =>
    messagesIn(join("src", name), readFileSync(join(root, "src", name), "utf8")),
  );
}

/** The messages of one source file. */
export function messagesIn(file, code) {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments) {
      const [, kind] = OUTLETS.find(([pattern]) => pattern.test(node.expression.getText(source))) ?? [];
      if (kind !== undefined) found.push(messageOf(file, source, node, kind));
      const meaning = node.arguments.at(-1);
      if (meaning && SETTING.test(node.expression.getText(source)) && textOf(meaning).includes(" "))
        found.push(messageOf(file, source, { arguments: [meaning], pos: node.pos }, "help"));
    }
    if (ts.isVariableDeclaration(node) && CONSTANT.test(node.name.getText(source))) {
      const text = node.initializer === undefined ? "" : textOf(node.initializer);
      if (text.split(" ").length >= FEWEST_WORDS)
        found.push(messageOf(file, source, { arguments: [node.initializer], pos: node.pos }, "reason"));
    }
    if (ts.isPropertyAssignment(node)) {
      const table = node.parent.parent;
      const isInTable = ts.isVariableDeclaration(table) && table.name.getText(source) === "REMEDIES";
      const kind = isInTable ? "reason" : PROPERTIES[node.name.getText(source)];
      const text = kind === undefined ? "" : textOf(node.initializer);
      if (text.includes(" "))
        found.push(messageOf(file, source, { arguments: [node.initializer], pos: node.pos }, kind));
    }
    // A help text is a template of its own.
    const isHelp = /^helpText$|^HELP$|^USAGE$|^usage$/.test(node.name?.getText(source) ?? "");
    const help = isHelp && (node.initializer ?? node.body?.statements?.[0]?.expression);
    if (help) found.push(messageOf(file, source, { arguments: [help], pos: node.pos }, "help"));
    ts.forEachChild(node, visit);
  };
  visit(source);
  found.sort((one, other) => one.line - other.line);
  return found.filter(({ text }) => text !== "");
}

function messageOf(file, source, node, kind) {
  const texts = node.arguments.map((argument) => plain(textOf(argument)));
  const hasSummary = kind === "error" || kind === "warning";
  const summary = hasSummary ? texts.shift() || "{…}" : undefined;
  const text = texts.filter(Boolean).join(" ") || (summary ?? "");
  const line = source.getLineAndCharacterOfPosition(node.arguments[0]?.getStart(source) ?? node.pos).line + 1;
  return { file, line, kind, summary, text, broken: brokenRules(text, kind) };
}

const plain = (text) => text.replaceAll(/\s+/g, " ").trim();

/** The headings of the troubleshooting guide under which the errors and warnings are explained. */
export function entriesOf(root) {
  const guide = readFileSync(join(root, "scripts/docs/templates/guides/troubleshooting.md"), "utf8");
  return [...guide.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
}

/** The entries for a summary: several where a part of it is filled in. */
export function entriesFor(summary, entries) {
  const parts = summary.split("{…}").map((part) => part.replaceAll(/[^\w ]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".+")}$`);
  return entries.filter((entry) => pattern.test(entry));
}

/** The literal text of an expression, values that are filled in as `{…}`. Of a choice, both texts. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `{…}${literal.text}`).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return (textOf(node.left) || "{…}") + (textOf(node.right) || "{…}");
  }
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  if (ts.isConditionalExpression(node))
    return [node.whenTrue, node.whenFalse].map(textOf).filter(Boolean).join(" | ");
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return textOf(node.body);
  return "";
}

function brokenRules(text, kind) {
  const sentences = text.split(/[.!?](?=\s+[A-Z{]|$)/).filter((part) => part.trim() !== "").length;
  const [word] = (!VERBATIM.has(text) && WORDS.exec(text)) || [];
  return [
    ...(kind !== "help" && sentences > MOST_SENTENCES ? [`has ${sentences} sentences`] : []),
    ...(word === undefined ? [] : [`says "${word}"`]),
  ];
}
