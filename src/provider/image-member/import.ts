import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import type { PartialState } from "../../framework/schema.ts";
import { isUuid } from "../validators.ts";
import type { imageMemberSchema } from "./schema.ts";

/** The shares of an image are imported by the image's id. */
export function importImageMember(id: string): PartialState<typeof imageMemberSchema> {
  if (isUuid(id)) return { id: id.toLowerCase() };
  throw new DiagnosticError(
    errorDiagnostic(
      "Invalid Import ID",
      "The import ID must be the ID of the shared image, a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90, " +
        `got: ${JSON.stringify(id)}.`,
    ),
  );
}
