/** Stands in for vitest where the harness runs as a program of its own, which calls releasePending at its end. */
export function onTestFinished(): never {
  throw new Error("not inside a test");
}
