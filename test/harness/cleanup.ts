import { onTestFinished } from "vitest";

type Release = () => void | Promise<void>;

const pending = new Set<Release>();

/**
 * Promises that `release` runs, whatever happens: at the end of the test that is running, or of the test file when no test is
 * (a `beforeAll`, say). It must be harmless when the thing is already removed.
 */
export function releaseLater(release: Release): void {
  const once = async (): Promise<void> => {
    if (pending.delete(once)) await release();
  };
  pending.add(once);
  try {
    onTestFinished(once);
  } catch {
    // Not inside a test: the file's end takes care of it.
  }
}

/** Releases all that is still pending. Called at the end of a test file, or of a program that uses the harness. */
export async function releasePending(): Promise<void> {
  await Promise.all([...pending].map((release) => release()));
}
