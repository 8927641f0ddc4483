import { conformState } from "./conform.ts";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "./diagnostics.ts";
import { identityBeside } from "./identify.ts";
import { beginOperation, illegalState, type OperationContext } from "./operations.ts";
import type { AnyListResource, AnyResource } from "./provider.ts";
import type { Plan, Schema } from "./schema.ts";
import type { ObjectValue } from "./value.ts";

/** What a list resource is run with. */
export interface ListInput {
  readonly typeName: string;
  readonly config: ObjectValue;
  readonly includeResource: boolean;
  /** The most objects to yield; zero for all. */
  readonly limit: bigint;
}

/** An object that was found, or a message for the user on the way. */
export type ListEvent =
  | { readonly diagnostics: readonly Diagnostic[] }
  | { readonly identity: ObjectValue; readonly displayName: string; readonly state: ObjectValue | null };

/** Runs a list resource. Throws what the list resource throws, once the time limit is up among others. */
export async function* runList<Client>(
  listResource: AnyListResource<Client>,
  resource: AnyResource<Client>,
  { typeName, config, includeResource, limit }: ListInput,
  context: OperationContext<Client>,
): AsyncGenerator<ListEvent, void, undefined> {
  const { call, diagnostics, finish } = beginOperation(listResource, "list", config.timeouts, context);
  const found: Diagnostic[] = [];
  const report = (more: readonly Diagnostic[]) => found.push(...more);
  let count = 0n;
  try {
    const request = { config: config as Plan<Schema>, includeResource };
    for await (const { displayName, state } of listResource.list(request, call)) {
      const { value, problems } = conformState(resource.schema, state);
      if (problems.length > 0) throw new DiagnosticError(illegalState(problems));
      const identity = identityBeside(resource, value, null, { client: context.client, report });
      if (identity === null) throw new DiagnosticError(...found, unidentified(typeName, displayName));
      yield { identity, displayName, state: includeResource ? value : null };
      count += 1n;
      if (count === limit) break;
    }
    // A warning without an object comes last: it is about the whole list.
    if (diagnostics.length > 0) yield { diagnostics };
  } finally {
    finish(null);
  }
}

function unidentified(typeName: string, displayName: string): Diagnostic {
  return errorDiagnostic(
    "Object Without Identity",
    `The ${typeName} "${displayName}" was found without an identity. This is a bug in the provider: please report it.`,
  );
}
