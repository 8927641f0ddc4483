/** One step into a value: an attribute or block by name, a list element by index, a map element by key. */
export type PathStep =
  | { readonly attribute: string }
  | { readonly index: number }
  | { readonly key: string }
  /** An element of a set has no address of its own on the wire; a path that leads into a set ends before it. */
  | { readonly setElement: number };

/** Where in a configuration, plan or state something is. The empty path is the whole object. */
export type Path = readonly PathStep[];

export const attributePath = (...names: readonly string[]): Path => names.map((attribute) => ({ attribute }));

/** The path as Terraform writes it: `timeouts.create`, `filter[0].name`, `tags["env"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if ("attribute" in step) text += text === "" ? step.attribute : `.${step.attribute}`;
    else if ("index" in step) text += `[${step.index}]`;
    else if ("key" in step) text += `[${JSON.stringify(step.key)}]`;
    else text += "[*]";
  }
  return text;
}
