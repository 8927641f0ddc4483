import { MistakenInput } from "./errors.ts";

/** What a state manages of one type of resource. */
export interface Managed {
  /** Ids, in lower case. */
  readonly ids: ReadonlySet<string>;
  /** Labels in the root module. */
  readonly labels: ReadonlySet<string>;
}

/** Whether an object of this id is managed, however its letters are written. */
export const isManaged = ({ ids }: Managed, id: string): boolean => ids.has(id.toLowerCase());

/** What states manage, by types of resources. */
export type ManagedObjects = Readonly<Record<ManagedType, Managed>>;

const TYPES = ["kakaocloud_image", "kakaocloud_image_member"] as const;
type ManagedType = (typeof TYPES)[number];

interface StateResource {
  readonly type: unknown;
  readonly mode: unknown;
  readonly label: unknown;
  readonly isInRoot: boolean;
  readonly ids: readonly unknown[];
}

/**
 * Reads states: each is the output of `terraform show -json` or of `terraform state pull`. Throws MistakenInput when a text is
 * neither, nothing at all included: what failed before a pipe must not look like a state that manages nothing.
 */
export function managedObjects(
  states: readonly { readonly source: string; readonly text: string }[],
): ManagedObjects {
  const resources = states.flatMap(({ source, text }) => resourcesIn(source, text));
  const ofType = (type: ManagedType): Managed => {
    const found = resources.filter((resource) => resource.type === type && resource.mode === "managed");
    return {
      ids: new Set(texts(found.flatMap(({ ids }) => ids)).map((id) => id.toLowerCase())),
      labels: new Set(texts(found.filter(({ isInRoot }) => isInRoot).map(({ label }) => label))),
    };
  };
  return {
    kakaocloud_image: ofType("kakaocloud_image"),
    kakaocloud_image_member: ofType("kakaocloud_image_member"),
  };
}

function resourcesIn(source: string, text: string): readonly StateResource[] {
  if (text.trim() === "") {
    throw new MistakenInput(
      `${source} is empty: the command that prints the state failed, or there is no state yet. ` +
        "If there is no state, omit --exclude-state.",
    );
  }
  let state: unknown;
  try {
    // Windows shells begin files with a mark.
    state = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    state = undefined;
  }
  // Neither the planned values of a plan nor its configuration are what exists.
  if (isObject(state) && !("planned_values" in state)) {
    if (Array.isArray(state.resources)) return state.resources.filter(isObject).map(storedResource);
    if (typeof state.format_version === "string") {
      return isObject(state.values) ? shownResources(state.values.root_module, true) : [];
    }
  }
  throw new MistakenInput(
    `${source} is not a state. Use the output of \`terraform show -json\` or of \`terraform state pull\`.`,
  );
}

/** A resource as `terraform state pull` prints it. */
function storedResource({ type, mode, name, module, instances }: JsonObject): StateResource {
  const found = Array.isArray(instances) ? instances.filter(isObject) : [];
  return {
    type,
    mode,
    label: name,
    isInRoot: module === undefined,
    ids: found.map(({ attributes }) => (isObject(attributes) ? attributes.id : undefined)),
  };
}

/** The resources of a module, and of those in it, as `terraform show -json` prints them. */
function shownResources(module: unknown, isInRoot: boolean): readonly StateResource[] {
  if (!isObject(module)) return [];
  const own = Array.isArray(module.resources) ? module.resources.filter(isObject) : [];
  const children = Array.isArray(module.child_modules) ? module.child_modules : [];
  return [
    ...own.map(({ type, mode, name, values }) => ({
      type,
      mode,
      label: name,
      isInRoot,
      ids: [isObject(values) ? values.id : undefined],
    })),
    ...children.flatMap((child) => shownResources(child, false)),
  ];
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const texts = (values: readonly unknown[]): readonly string[] =>
  values.filter((value) => typeof value === "string");
