// The pages, each as one text.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { schemaSection } from "./schema.mjs";
import { createTables, timeoutsTable } from "./tables.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const SUBCATEGORY = "Beyond Compute Service";

/** The provider's page: its template with `{{example}}` and `{{schema}}` filled in. */
export function providerPage(provider, template, examples) {
  const body = template
    .replace("{{example}}", () => codeBlock("terraform", examples["provider.tf"] ?? ""))
    .replace("{{schema}}", () => schemaSection(provider.schema));
  const description =
    "Create KakaoCloud images from root volumes, share them with projects, and look them up.";
  return page({ title: `${provider.name} Provider`, description }, body);
}

/**
 * The page of a resource or a data source. `notes` is the prose between the example and the schema. It may place the sections on time
 * limits and on the import by `{{timeouts}}` and `{{import}}`; otherwise they come before and after the schema.
 */
export function objectPage({ kind, typeName, object, notes, examples }) {
  const description = object.schema.description ?? "";
  const usage = examples[kind === "Resource" ? "resource.tf" : "data-source.tf"];
  const sections = {
    timeouts: `## Timeouts\n\n${timeoutsTable(object.defaultTimeouts)}`,
    import: importSection(examples),
  };
  const placed = (name) => notes.includes(`{{${name}}}`);
  const body = [
    `# ${typeName} (${kind})`,
    description,
    usage && `## Example Usage\n\n${codeBlock("terraform", usage)}`,
    notes.trim().replaceAll(/\{\{(timeouts|import)\}\}/g, (_, name) => sections[name]),
    !placed("timeouts") && sections.timeouts,
    schemaSection(object.schema),
    !placed("import") && sections.import,
  ];
  const provider = typeName.split("_")[0];
  return page({ title: `${typeName} ${kind} - ${provider}`, description }, body.filter(Boolean).join("\n\n"));
}

/** A guide: its template, which begins with a title and a description, with the tables filled in that it names. */
export async function guidePage(template) {
  const [, title = "", description = "", body = ""] = /^# (.*)\n\n(.*)\n\n([\s\S]*)$/.exec(template) ?? [];
  if (body === "")
    throw new Error("a guide begins with a title, a line that describes it, and then has a body");
  const tables = await createTables();
  const withFiles = body.replaceAll(/\{\{file ([^}]+)\}\}/g, (_, path) =>
    readFileSync(`${root}${path}`, "utf8").trim(),
  );
  // {{block}} is a translation's, filled in later.
  const filled = withFiles.replaceAll(/\{\{(?!block\}\})([a-z-]+)\}\}/g, (_, name) => {
    if (tables[name] === undefined)
      throw new Error(`no table ${name}; there are ${Object.keys(tables).join(", ")}`);
    return tables[name];
  });
  return page({ title, description }, `# ${title}\n\n${description}\n\n${filled}`);
}

function importSection({ "import.sh": command, "import-by-string-id.tf": block }) {
  const parts = [
    block && `In Terraform 1.5 and later, with an \`import\` block:\n\n${codeBlock("terraform", block)}`,
    command &&
      `With the [\`terraform import\` command](https://developer.hashicorp.com/terraform/cli/commands/import):\n\n${codeBlock("shell", command)}`,
  ].filter(Boolean);
  return parts.length > 0 && `## Import\n\n${parts.join("\n\n")}`;
}

function page({ title, description }, body) {
  const plain = description.replaceAll("`", "");
  const matter = [`page_title: ${JSON.stringify(title)}`, `subcategory: ${JSON.stringify(SUBCATEGORY)}`];
  return `---\n${matter.join("\n")}\ndescription: |-\n  ${plain}\n---\n\n${body.trim()}\n`;
}

const codeBlock = (language, code) => `\`\`\`${language}\n${code}\n\`\`\``;
