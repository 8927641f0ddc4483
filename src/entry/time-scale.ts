const VARIABLE = "KAKAOCLOUD_TEST_TIME_SCALE";

/**
 * The factor of limits, polling intervals and retry delays, for tests that send a real process through thousands of
 * failures: a number above 0 and up to 1. Everything else means 1, so that a mistake cannot change a real run.
 */
export function readTimeScale(environment: NodeJS.ProcessEnv): number {
  const scale = Number(environment[VARIABLE] ?? 1);
  return scale > 0 && scale <= 1 ? scale : 1;
}
