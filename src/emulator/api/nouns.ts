import type * as v from "valibot";
import { readInput } from "../input.ts";
import type { World } from "../state/world.ts";
import { memberRoutes } from "./image/member-routes.ts";
import { imageRoutes } from "./image/routes.ts";
import { imageSeed, seedImage } from "./image/seed.ts";
import { instanceRoutes } from "./instance/routes.ts";
import { instanceSeed, seedInstance } from "./instance/seed.ts";
import { projectSeed, seedProject } from "./project/seed.ts";
import type { Route } from "./request.ts";
import { volumeRoutes } from "./volume/routes.ts";
import { seedVolume, volumeSeed } from "./volume/seed.ts";

/** A kind of cloud object: the routes that serve it, and how the control API and the config file add one. */
interface Noun<S extends v.GenericSchema, R> {
  readonly routes: readonly Route[];
  readonly schema: S;
  /** Adds one. `subject` names the seed in messages. Throws InputError. */
  seed(world: World, seed: unknown, subject?: string): R;
}

function noun<S extends v.GenericSchema, R>(
  schema: S,
  put: (world: World, seed: v.InferOutput<S>) => R,
  routes: readonly Route[] = [],
): Noun<S, R> {
  return {
    routes,
    schema,
    seed: (world, seed, subject = "The body") => put(world, readInput(schema, seed, subject)),
  };
}

/**
 * Every noun by its plural, which is its name in the control API and in the config file, in the order in which they are added. A
 * new one is a folder with a model, routes and a seed, a line here and its store in `state/world.ts`.
 */
export const NOUNS = {
  projects: noun(projectSeed, seedProject),
  instances: noun(instanceSeed, seedInstance, instanceRoutes),
  volumes: noun(volumeSeed, seedVolume, volumeRoutes),
  images: noun(imageSeed, seedImage, [...imageRoutes, ...memberRoutes]),
} as const;

/** The plural of a noun. */
export type NounName = keyof typeof NOUNS;
/** What can be set of one of these when it is added. */
export type SeedOf<N extends NounName> = v.InferOutput<(typeof NOUNS)[N]["schema"]>;

/** Every plural. */
export const NOUN_NAMES = Object.keys(NOUNS) as readonly NounName[];
