import type { Attributes, PartialState, Schema, State } from "./schema.ts";
import type { ObjectValue } from "./value.ts";

/**
 * What distinguishes one remote object from all others, apart from its state. Attributes are strings, numbers, booleans or lists of them.
 * `required` attributes must be given to import by identity, `optional` ones may be.
 */
export interface IdentitySchema {
  /** To be increased when the stored identity changes shape. */
  readonly version?: number;
  readonly attributes: Attributes;
}

/** An identity with the types that its schema declares: what is not required may be null. */
export type Identity<I extends IdentitySchema> = State<I>;

/** An extra of a resource: how its objects are identified. */
export interface ResourceIdentity<I extends IdentitySchema, S extends Schema, Client> {
  readonly schema: I;
  /** The complete identity of the object in this state. No network; called once in an object's life, later it is kept. */
  of(state: PartialState<S>, client: Client): Identity<I>;
  /** Turns an identity into the first state of an import; a refresh follows. Throws for one that does not fit the client. */
  import(identity: Identity<I>, client: Client): PartialState<S>;
  /** Turns the raw identity of an older schema version into the current one's. */
  upgrade?(raw: ObjectValue, version: number): Identity<I>;
}
