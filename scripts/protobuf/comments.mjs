// The comments of a .proto file. proto-loader's descriptors hold none, so they are read from the text.

/**
 * The comment of each declaration, in one line, by its full name with camelCase fields. It stands above the declaration without an
 * empty line between them, or beside a field.
 *
 * @param {string} text the .proto file
 * @param {string} packageName
 */
export function readComments(text, packageName) {
  const comments = new Map();
  const scope = [packageName];
  let above = [];
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line.startsWith("//")) {
      above.push(line.slice(2).trim());
      continue;
    }
    const [code, ...beside] = line.split("//");
    const [, kind, declared] = /^(message|enum|service|oneof) (\w+)/.exec(code) ?? [];
    const name = declared ?? /(\w+) = \d+/.exec(code)?.[1].replaceAll(/_([a-z])/g, (_, c) => c.toUpperCase());
    const comment = above.join(" ") || (kind === undefined ? beside.join("//").trim() : "");
    if (name !== undefined && comment !== "")
      comments.set([...scope.filter(Boolean), name].join("."), comment);
    above = [];
    // The members of a oneof are fields of its message.
    if (code.trimEnd().endsWith("{")) scope.push(kind === "oneof" ? "" : name);
    if (code.startsWith("}")) scope.pop();
  }
  return comments;
}
