import { shorten } from "../base/clean.ts";
import { LIMITS } from "../base/limits.ts";
import type { Redactor } from "../base/redaction.ts";
import type { Diagnostic } from "../framework/diagnostics.ts";
import { addressablePath, type Path, type PathStep } from "../framework/path.ts";
import type { MessageInit } from "../protobuf/message-init.ts";
import {
  type AttributePath,
  type AttributePathStep,
  DiagnosticSeverity,
  type Diagnostic as WireDiagnostic,
} from "./generated/tfplugin6.ts";

/**
 * Diagnostics as they travel: secrets masked, no control characters, the summary one line and never empty. A path without steps is left out,
 * because it would cost the diagnostic even the line of its block.
 */
export function encodeDiagnostics(
  diagnostics: readonly Diagnostic[],
  redactor: Redactor,
): MessageInit<WireDiagnostic>[] {
  return diagnostics.map(({ severity, summary, detail, path }) => {
    const attribute = path && encodePath(path);
    return {
      severity: severity === "error" ? DiagnosticSeverity.ERROR : DiagnosticSeverity.WARNING,
      summary: redactor.quote(summary) || "Provider Error",
      detail: shorten(redactor.redactText(detail), LIMITS.diagnosticCharacters),
      ...(attribute?.steps?.length ? { attribute } : {}),
    };
  });
}

/** A path as it travels. It ends where it would enter a set, whose elements cannot be addressed. */
export function encodePath(path: Path): MessageInit<AttributePath> {
  return { steps: addressablePath(path).map(encodeStep) };
}

function encodeStep(step: PathStep): MessageInit<AttributePathStep> {
  if ("attribute" in step) return { attributeName: step.attribute };
  if ("key" in step) return { elementKeyString: step.key };
  return { elementKeyInt: BigInt("index" in step ? step.index : step.setElement) };
}
