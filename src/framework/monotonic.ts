/**
 * Milliseconds since some moment in the past, by a clock that never jumps: what `performance.now()` is, too, but the first look at
 * `performance` loads nine of Node's modules, in each process.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
