/** The variable that makes every wait of the provider shorter. */
const VARIABLE = "KAKAOCLOUD_TEST_TIME_SCALE";

/**
 * By what the provider's own time limits, polling intervals and retry delays are multiplied, for tests that go through
 * thousands of failures: a number above 0 and up to 1, read once per process. What a user sets in `timeouts` and what a
 * server asks for in Retry-After stay as they are. Everything else means 1, so that no mistake can change a real run.
 */
export const TIME_SCALE: number = readTimeScale(process.env[VARIABLE]);

function readTimeScale(text: string | undefined): number {
  const scale = Number(text ?? 1);
  return scale > 0 && scale <= 1 ? scale : 1;
}
