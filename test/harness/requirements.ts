import { isRequired, missing, type REQUIREMENTS } from "../../scripts/requirements.mjs";

/** What a test may need that a machine may lack. */
export type Requirement = keyof typeof REQUIREMENTS;

/** The part of Vitest's test context that skips. */
export interface Skippable {
  skip(note?: string): void;
}

/**
 * Skips the test when what it needs is not `found`; the summary then says how to get it. Fails the test instead where TEST_REQUIRE
 * lists the requirement.
 */
export function requireOrSkip(
  context: Skippable,
  name: Requirement,
  found: boolean,
  why?: string,
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (found) return;
  const message = missing(name, why);
  if (isRequired(name, env)) throw new Error(message);
  context.skip(message);
}
