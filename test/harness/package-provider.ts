// Makes the executable that people get with a release, for the tests that are about it. The build has to be up to date.
import { createHostExecutable } from "../../scripts/release/host-executable.mjs";
import { hostPlatform } from "../../scripts/release/platforms.mjs";

/**
 * Run by Vitest before the first of these tests. Where no executable can be made they are about what runs on Node: on a platform that
 * releases are not for, and without a network, which CI has.
 */
export async function setup(): Promise<void> {
  if (hostPlatform() === undefined) return;
  try {
    await createHostExecutable();
  } catch (error) {
    if (process.env.CI === "true" || !String(error).includes("cannot be fetched")) throw error;
    console.warn(`the provider is tested on Node, not as the executable of a release: ${error}`);
  }
}
