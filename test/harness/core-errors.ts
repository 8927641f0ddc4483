import { formatDiagnostic } from "./diagnostics.ts";
import type { Diagnostic } from "./messages.ts";

/** Terraform stops because the provider returned error diagnostics, which is the provider's right. */
export class ProviderErrors extends Error {
  override readonly name = "ProviderErrors";
  /** All diagnostics of the response, warnings included. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n\n"));
    this.diagnostics = diagnostics;
  }
}

/** Terraform itself reports an error, mostly because the provider broke a rule of the protocol. */
export class TerraformError extends Error {
  override readonly name = "TerraformError";
  /** The headline that a user would see. */
  readonly summary: string;

  constructor(summary: string, problems: readonly string[] = []) {
    super([summary, ...problems].join("\n"));
    this.summary = summary;
  }
}

/** What a failed RPC, one whose gRPC status is not OK, looks like to a user. */
export function fromStatus(rpc: string, error: unknown): TerraformError {
  const { code, details = String(error) } = error as { code?: number; details?: string };
  switch (code) {
    case 14:
      return new TerraformError("Plugin did not respond", [`the call of ${rpc} failed: ${details}`]);
    case 1:
      return new TerraformError("Request cancelled", [`${rpc}: ${details}`]);
    case 12:
      return new TerraformError("Unsupported plugin method", [`${rpc}: ${details}`]);
    default:
      return new TerraformError("Plugin error", [`${rpc}: code ${code}: ${details}`]);
  }
}
