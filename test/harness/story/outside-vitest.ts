/**
 * Stands in for vitest where the harness runs as a program of its own: what is to be released is released at the end.
 */
const releases: (() => unknown)[] = [];

export function afterAll(release: () => unknown): void {
  releases.push(release);
}

export function onTestFinished(): never {
  throw new Error("not inside a test");
}

/** Runs what was promised to be run at the end. */
export async function finish(): Promise<void> {
  for (const release of releases) await release();
}
