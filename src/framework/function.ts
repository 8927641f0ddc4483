import type { Attributes, State } from "./schema.ts";
import type { Type } from "./type.ts";
import type { Value } from "./value.ts";

/** The arguments of a function, with the types that its parameters declare. Elements of lists may be null. */
export type Arguments<P extends Attributes> = State<{ readonly attributes: P }>;

/** A function that configurations call: `provider::kakaocloud::newest(…)`. It runs without configuration and without network. */
export interface ProviderFunction<P extends Attributes> {
  /** One line. */
  readonly summary: string;
  readonly description: string;
  /** In the order of the call. A `required` one is never null; an `optional` one may be. Unknown arguments never arrive. */
  readonly parameters: P;
  readonly returns: Type;
  /** Throws `FunctionError` for arguments that have no result. */
  call(args: Arguments<P>): Value;
}

/** A failure of a function that a person can act on. */
export class FunctionError extends Error {
  /** The position of the argument to blame, from 0. */
  readonly argument: number | undefined;

  constructor(text: string, argument?: number) {
    super(text);
    this.name = "FunctionError";
    this.argument = argument;
  }
}
