import { conformState } from "./conform.ts";
import { type Diagnostic, DiagnosticError, diagnosticsOf, errorDiagnostic } from "./diagnostics.ts";
import type { IdentitySchema } from "./identity.ts";
import type { AnyResource } from "./provider.ts";
import type { StoredState } from "./takeover.ts";
import type { ObjectValue } from "./value.ts";

/**
 * The identity that goes beside a state: the stored one as it is, because an identity never changes in an object's life, or a new
 * one. Null for a resource without identities, beside no state, and beside one that does not identify its object yet. A failure is
 * reported and not thrown: it must not cost the state.
 */
export function identityBeside<Client>(
  { identity }: AnyResource<Client>,
  state: ObjectValue | null,
  stored: ObjectValue | null,
  { client, report }: { readonly client: Client; report(diagnostics: readonly Diagnostic[]): void },
): ObjectValue | null {
  if (!identity || state === null) return null;
  if (stored !== null) return stored;
  try {
    const { value, problems } = conformState(identity.schema, identity.of(state, client));
    if (problems.length > 0) throw illegalIdentity(problems);
    return missingAttributes(identity.schema, value).length > 0 ? null : value;
  } catch (error) {
    report(diagnosticsOf(error, "the identification of an object"));
    return null;
  }
}

/** What an import by identity starts from. Throws `DiagnosticError` where the identity is not enough or does not fit. */
export function importByIdentity<Client>(
  { identity, schema }: AnyResource<Client>,
  typeName: string,
  given: ObjectValue,
  client: Client,
): { readonly state: ObjectValue; readonly identity: ObjectValue } {
  if (!identity) throw noIdentity(typeName);
  const missing = missingAttributes(identity.schema, given);
  if (missing.length > 0) {
    throw new DiagnosticError(
      errorDiagnostic(
        "Incomplete Import Identity",
        `To import a ${typeName} by identity, set ${missing.join(" and ")}.`,
      ),
    );
  }
  const { value: state, problems } = conformState(schema, identity.import(given, client));
  if (problems.length > 0) throw new Error(`import returned an invalid state: ${problems.join("; ")}`);
  return { state, identity: legalIdentity(identity.schema, identity.of(state, client)) };
}

/** Brings a stored identity to the current schema. Throws `DiagnosticError` where it cannot be. */
export function upgradeIdentity(
  { identity }: AnyResource<never>,
  typeName: string,
  stored: StoredState,
): ObjectValue {
  if (!identity) throw noIdentity(typeName);
  const current = identity.schema.version ?? 0;
  if (stored.version === current) return legalIdentity(identity.schema, stored.decode());
  if (stored.version < current && identity.upgrade) {
    return legalIdentity(identity.schema, identity.upgrade(stored.raw(), stored.version));
  }
  throw new DiagnosticError(
    errorDiagnostic(
      "Unable to Upgrade Resource Identity",
      `The identity of this ${typeName} has version ${stored.version}; this provider supports version ${current}. ` +
        "Use the provider version that wrote it, or a later one.",
    ),
  );
}

/** The identity that moves along with a state: the source's, if it identifies as much as ours; else null, and the next read sets it. */
export function movedIdentity({ identity }: AnyResource<never>, source: StoredState): ObjectValue | null {
  if (!identity) return null;
  try {
    return legalIdentity(identity.schema, source.decode());
  } catch {
    // What another provider calls the identity of its object need not be what identifies it here.
    return null;
  }
}

function missingAttributes({ attributes }: IdentitySchema, identity: ObjectValue): readonly string[] {
  return Object.keys(attributes).filter(
    (name) => attributes[name]?.required && (identity[name] ?? null) === null,
  );
}

/** Terraform cannot read an identity that does not fit its schema, and an incomplete one identifies nothing: both are bugs. */
function legalIdentity(schema: IdentitySchema, identity: object): ObjectValue {
  const { value, problems } = conformState(schema, identity);
  const missing = missingAttributes(schema, value);
  if (problems.length > 0 || missing.length > 0) {
    throw illegalIdentity([...problems, ...missing.map((name) => `${name} is missing`)]);
  }
  return value;
}

const illegalIdentity = (problems: readonly string[]) =>
  new Error(`invalid identity: ${problems.join("; ")}`);

function noIdentity(typeName: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("Resource Identity Not Supported", `Resources of type ${typeName} have no identity.`),
  );
}
