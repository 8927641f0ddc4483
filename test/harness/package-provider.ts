// Makes the executable that people get with a release, for the tests that are about it. The build has to be up to date.
import { createHostExecutable } from "../../scripts/release/host-executable.mjs";
import { goWithoutRuntime } from "../../scripts/release/runtime.mjs";

/**
 * Run by Vitest before the first of these tests. Where no executable can be built they run on Node: on a platform that
 * releases are not for, and without a network, which CI has.
 */
export async function setup(): Promise<void> {
  await createHostExecutable().catch((error: unknown) =>
    goWithoutRuntime(error, "the provider is tested on Node, not as the executable of a release"),
  );
}
