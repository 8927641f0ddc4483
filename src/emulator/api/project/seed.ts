import * as v from "valibot";
import { objectOf, projectId, text } from "../../input.ts";
import type { World } from "../../state/world.ts";
import type { Project } from "./model.ts";

/** What callers may set of a project. */
export const projectSeed = objectOf({ id: projectId(), name: v.exactOptional(text()) });
/** What callers may set of a project. */
export type ProjectSeed = v.InferOutput<typeof projectSeed>;

/** Adds a project, so that images can be shared with it. */
export function seedProject(world: World, seed: ProjectSeed): Project {
  const { id, name } = seed;
  const project = { id, name: name ?? `project-${id.slice(0, 6)}` };
  world.projects.set(id, project);
  return project;
}
