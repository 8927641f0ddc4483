/** One step into a value: an attribute or block by name, a list element by index, a map element by key. */
export type PathStep =
  | { readonly attribute: string }
  | { readonly index: number }
  | { readonly key: string }
  /** An element of a set, by its index in this value; Terraform cannot address it. */
  | { readonly setElement: number };

/** Where in a configuration, plan or state something is. The empty path is the whole object. */
export type Path = readonly PathStep[];

export const attributePath = (...names: readonly string[]): Path => names.map((attribute) => ({ attribute }));

/** As much of a path as can be addressed: it ends where it would enter a set. */
export function addressablePath(path: Path): Path {
  const setAt = path.findIndex((step) => "setElement" in step);
  return setAt < 0 ? path : path.slice(0, setAt);
}

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
