import { conformState } from "./conform.ts";
import { DiagnosticError, errorDiagnostic } from "./diagnostics.ts";
import type { AnyResource } from "./provider.ts";
import type { ObjectValue } from "./value.ts";

/** The state that `terraform import` starts from; a refresh follows. Throws `DiagnosticError` for an id that cannot be one. */
export function importResource(resource: AnyResource<never>, typeName: string, id: string): ObjectValue {
  if (!resource.import) {
    throw new DiagnosticError(
      errorDiagnostic("Resource Import Not Implemented", `Resources of type ${typeName} cannot be imported.`),
    );
  }
  const { value, problems } = conformState(resource.schema, resource.import(id));
  if (problems.length > 0) throw new Error(`import returned an invalid state: ${problems.join("; ")}`);
  return value;
}

/** A state as it is stored, decoded without regard to any schema, by the version of the schema that wrote it. */
export interface StoredState {
  readonly version: number;
  /** Decodes by a type; attributes that are missing are null, and ones that are not in it are left out. */
  readonly decode: () => ObjectValue;
  /** Everything that was stored, as plain JSON values. */
  readonly raw: () => ObjectValue;
}

/** Brings a stored state to the current schema. Throws `DiagnosticError` where it cannot be. */
export function upgradeState(
  resource: AnyResource<never>,
  typeName: string,
  stored: StoredState,
): ObjectValue {
  const current = resource.schema.version ?? 0;
  const upgraded =
    stored.version === current
      ? stored.decode()
      : stored.version < current && resource.upgrade?.(stored.raw(), stored.version);
  if (!upgraded) {
    throw new DiagnosticError(
      errorDiagnostic(
        "Unable to Upgrade Resource State",
        `The state of this ${typeName} has schema version ${stored.version}; this provider supports version ${current}. ` +
          (stored.version > current
            ? "It was written by a newer provider: use that version or a later one."
            : "There is no upgrade from it: remove the resource from the state and import it again."),
      ),
    );
  }
  const { value, problems } = conformState(resource.schema, upgraded);
  if (problems.length > 0) throw new Error(`the upgraded state is invalid: ${problems.join("; ")}`);
  return value;
}

/** Where a moved state comes from. */
export interface MoveOrigin {
  /** The full address, for example `registry.terraform.io/kakaoenterprise/kakaocloud`. */
  readonly providerAddress: string;
  readonly typeName: string;
  readonly schemaVersion: number;
}

/** Throws `DiagnosticError` if this resource does not adopt states of that origin. */
export function checkMove(resource: AnyResource<never>, typeName: string, origin: MoveOrigin): void {
  const accepted = (resource.movesFrom ?? []).some(
    (source) =>
      origin.providerAddress.endsWith(`/${source.provider}`) &&
      source.typeName === origin.typeName &&
      source.schemaVersion === origin.schemaVersion,
  );
  if (accepted) return;
  throw new DiagnosticError(
    errorDiagnostic(
      "Unable to Move Resource State",
      `A ${origin.typeName} (schema version ${origin.schemaVersion}) of provider ${origin.providerAddress} cannot be moved to a ` +
        `${typeName} here. Use an import block instead.`,
    ),
  );
}
