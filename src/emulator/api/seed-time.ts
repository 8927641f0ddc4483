import type { World } from "../state/world.ts";

/** The creation time of an object that is added: the one given, else now (milliseconds since the Unix epoch). */
export function seedTime(world: World, text: string | undefined): number {
  return text === undefined ? world.clock.now() : Date.parse(text);
}
