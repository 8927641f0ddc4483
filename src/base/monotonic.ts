/**
 * Milliseconds since some moment in the past, by a clock that never jumps. It is what `performance.now()` is, but the first
 * access to `performance` loads nine of Node's modules in each process.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
