import type { Diagnostic } from "./messages.ts";
import { formatPath, pathFits, readPath } from "./path.ts";
import type { CtyType } from "./type.ts";

const ERROR = 1;
const WARNING = 2;

/** The errors among diagnostics. */
export const errorsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === ERROR);

/** The attribute path of a diagnostic as text, `.timeouts.create` for one; empty when it has none. */
export const pathOf = ({ attribute }: Diagnostic): string =>
  attribute === null ? "" : formatPath(readPath(attribute));

/** A diagnostic on a few lines, for messages. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const label = diagnostic.severity === WARNING ? "Warning" : "Error";
  const path = pathOf(diagnostic);
  const where = path === "" ? "" : ` (at ${path})`;
  return `${label}: ${diagnostic.summary}${where}\n\n${diagnostic.detail}`;
}

/**
 * Holds diagnostics to the rules of the wire: a severity that exists, a summary of one line, no path without steps, and a path
 * that can exist in a value of `type`. Throws at the first that breaks one.
 */
export function checkDiagnostics(diagnostics: readonly Diagnostic[], type?: CtyType): void {
  for (const diagnostic of diagnostics) {
    const { severity, summary, attribute } = diagnostic;
    const fail = (what: string): never => {
      throw new Error(`a malformed diagnostic: ${what}: ${JSON.stringify(diagnostic)}`);
    };
    if (severity !== ERROR && severity !== WARNING) fail(`severity ${severity} is invalid`);
    if (summary.trim() === "") fail("the summary is empty");
    if (summary.includes("\n")) fail("the summary has more than one line");
    if (attribute === null) continue;
    if (attribute.steps.length === 0) fail("the attribute path has no steps");
    if (type !== undefined && !pathFits(type, readPath(attribute)))
      fail("the attribute path fits no value of the schema");
  }
}
