/** What configure makes: only what the configuration said, so that a test can see which one counts. */
export interface FixtureClient {
  readonly region: string;
}
