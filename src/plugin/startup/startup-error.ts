/** Why the process cannot start, as a sentence for the person who configured its environment. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}
