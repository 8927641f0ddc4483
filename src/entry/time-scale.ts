const VARIABLE = "KAKAOCLOUD_TEST_TIME_SCALE";

/**
 * By what limits, polling intervals and retry delays are multiplied, for tests that send a real process through thousands of
 * failures: a number above 0 and up to 1. Everything else means 1, so that no mistake can change a real run.
 */
export function readTimeScale(environment: NodeJS.ProcessEnv): number {
  const scale = Number(environment[VARIABLE] ?? 1);
  return scale > 0 && scale <= 1 ? scale : 1;
}
