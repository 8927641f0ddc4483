/** Why the program cannot do what the user wants, as sentences for the user: a file, a state. */
export class MistakenInput extends Error {
  override readonly name = "MistakenInput";
}
