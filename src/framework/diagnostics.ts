import { OperationStopped } from "./operation-stopped.ts";
import { formatPath, type Path } from "./path.ts";

/** What Terraform shows a person: a short summary (one line, no period), whole sentences as detail, and where it is. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly path?: Path | undefined;
  /**
   * What is wrong with the value at `path`, to be read after its name: "must be one of ...". `detail` says it with the attribute's
   * name; a front end in which the value has another name says it with that one.
   */
  readonly problem?: string;
}

/** A wrong value of an attribute. `problem` follows the attribute's name and ends with a period. */
export function attributeError(summary: string, path: Path, problem: string): Diagnostic {
  return {
    severity: "error",
    summary,
    detail: `Attribute ${formatPath(path)} ${problem}`,
    path,
    problem,
  };
}

export function errorDiagnostic(summary: string, detail: string, path?: Path): Diagnostic {
  return { severity: "error", summary, detail, path };
}

export function warningDiagnostic(summary: string, detail: string, path?: Path): Diagnostic {
  return { severity: "warning", summary, detail, path };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/**
 * A failure that the user can act on. Everything else that is thrown is a bug of the provider and is reported as one.
 * `detail` is sentences for the user; the technical facts (operation, status, request id) come last in it.
 */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.summary}: ${d.detail}`).join("\n"));
    this.name = "DiagnosticError";
    this.diagnostics = diagnostics;
  }
}

/**
 * Turns whatever was thrown into diagnostics. An exception that is not a {@link DiagnosticError} is a bug: the text
 * says so, names where it happened and requests a report with the first lines of the stack.
 */
export function diagnosticsOf(thrown: unknown, during: string): readonly Diagnostic[] {
  if (thrown instanceof DiagnosticError) return thrown.diagnostics;
  if (thrown instanceof OperationStopped) {
    return [errorDiagnostic("Operation Stopped", `Could not ${during}: ${thrown.message}.`)];
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const stack = (error.stack ?? error.message).split("\n").slice(0, 6).join("\n");
  return [
    errorDiagnostic(
      "Unexpected Provider Error",
      `The provider failed unexpectedly during ${during}. This is a bug in the provider, not in your configuration: ` +
        `please report it with the lines below.\n\n${stack}`,
    ),
  ];
}
