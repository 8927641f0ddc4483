import { accept, objectFrom } from "./answers.ts";
import { ProviderErrors, TerraformError } from "./core-errors.ts";
import type { ProviderSchemas, QueryOptions, QueryResult } from "./core-types.ts";
import { checkDiagnostics, errorsOf } from "./diagnostics.ts";
import { encodeValue } from "./dynamic-value.ts";
import { acceptIdentity } from "./identity.ts";
import type { Diagnostic } from "./messages.ts";
import type { ProviderCaller } from "./provider-client.ts";
import { completeBlock } from "./schema.ts";
import type { ObjectValue } from "./value.ts";

/** Terraform's own limit where a list block sets none. */
const DEFAULT_LIMIT = 100;

/** Plays one list block of `terraform query`: stops at the first error, and cancels the stream once it has enough. */
export async function playQuery(
  caller: ProviderCaller,
  schemas: ProviderSchemas,
  query: { readonly typeName: string; readonly config: ObjectValue } & QueryOptions,
): Promise<QueryResult> {
  const { typeName, limit = DEFAULT_LIMIT, includeResource = false } = query;
  const listSchema = schemas.listResources.get(typeName);
  const resource = schemas.resources.get(typeName);
  const identitySchema = schemas.identities.get(typeName);
  if (listSchema === undefined) throw new TerraformError("unknown list resource type", [typeName]);
  if (resource === undefined || identitySchema === undefined) {
    throw new TerraformError("Identity schema not found for resource type", [typeName]);
  }
  if (caller.list === undefined) throw new Error("this provider is played without streams");
  const { block } = listSchema;
  const config = encodeValue(block.type, completeBlock(block, query.config));
  const diagnostics: Diagnostic[] = [
    ...accept(await caller.call("ValidateListResourceConfig", { typeName, config }), block),
  ];
  const found: QueryResult["found"][number][] = [];
  for await (const event of caller.list({
    typeName,
    config,
    includeResourceObject: includeResource,
    limit,
  })) {
    checkDiagnostics(event.diagnostic, block.type);
    diagnostics.push(...event.diagnostic);
    if (errorsOf(diagnostics).length > 0) throw new ProviderErrors(diagnostics);
    // A warning may come without an object.
    if (event.identity === null && diagnostics.length > 0) continue;
    const identity = acceptIdentity(event.identity, { schema: identitySchema, before: null, required: true });
    if (identity === null)
      throw new TerraformError("missing identity data in ListResource event", [typeName]);
    if ((event.resourceObject !== undefined) !== includeResource) {
      throw new TerraformError("a resource object is there exactly when it is requested", [typeName]);
    }
    const state = includeResource
      ? objectFrom(resource.block, event.resourceObject ?? null, "Provider produced invalid object")
      : null;
    found.push({ displayName: event.displayName, identity, state });
    if (found.length >= limit) break;
  }
  return { found, diagnostics };
}
