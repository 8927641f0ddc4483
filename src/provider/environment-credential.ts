import { type Diagnostic, DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { attributePath } from "../framework/path.ts";
import type { Config } from "../framework/schema.ts";
import { containsUnknown } from "../framework/value.ts";
import { CREDENTIAL_ID_VARIABLE, CREDENTIAL_SECRET_VARIABLE, type providerSchema } from "./schema.ts";

const VARIABLES = {
  application_credential_id: CREDENTIAL_ID_VARIABLE,
  application_credential_secret: CREDENTIAL_SECRET_VARIABLE,
} as const;

/**
 * The environment for a configuration whose sender is not authenticated: without the credential when the configuration sets endpoints,
 * because it would be sent to them. Throws DiagnosticError when the configuration relies on it.
 */
export function environmentFor(
  config: Config<typeof providerSchema>,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const { endpoint_overrides: endpoints } = config;
  if (endpoints === null) return environment;
  const needed = (["application_credential_id", "application_credential_secret"] as const).filter(
    (name) =>
      !containsUnknown(config[name]) && !String(config[name] ?? "").trim() && environment[VARIABLES[name]],
  );
  if (needed.length > 0) throw new DiagnosticError(...needed.map(keptBack));
  const { [CREDENTIAL_ID_VARIABLE]: _id, [CREDENTIAL_SECRET_VARIABLE]: _secret, ...rest } = environment;
  return rest;
}

function keptBack(name: keyof typeof VARIABLES): Diagnostic {
  return errorDiagnostic(
    "Credential Not Sent to Configured Endpoints",
    `The provider runs with --debug, where it cannot know who sets endpoint_overrides. It does not send ${VARIABLES[name]} of its ` +
      `environment to them. Set ${name} in the provider block, or remove endpoint_overrides.`,
    attributePath(name),
  );
}
