const factor = Number(process.env.FC_RUNS ?? 1);
const seed = Number(process.env.FC_SEED ?? 20_260_101);

/**
 * How often a property is tried. `FC_RUNS=20` tries twenty times as often, `FC_SEED=7` tries other values; a failure
 * prints the seed and the path that lead back to it.
 */
export const runs = (count: number) => ({ numRuns: Math.ceil(count * factor), seed });
