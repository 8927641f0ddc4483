/** Why the program cannot do what it was asked to, as sentences for who asked: a file, a state. */
export class MistakenInput extends Error {
  override readonly name = "MistakenInput";
}
