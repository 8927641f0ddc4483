import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import type { PartialState } from "../../framework/schema.ts";
import { isUuid } from "../validators.ts";
import type { imageSchema } from "./schema.ts";

/**
 * An image is imported by its id. The API does not return which volume an image was created from, so the volume may be given
 * as well, after a slash: then a configuration with `volume_id` plans nothing after the import.
 */
export function importImage(importId: string): PartialState<typeof imageSchema> {
  const [id = "", volumeId, ...rest] = importId.split("/");
  if (isUuid(id) && rest.length === 0 && (volumeId === undefined || isUuid(volumeId))) {
    return { id: id.toLowerCase(), volume_id: volumeId ?? null };
  }
  throw new DiagnosticError(
    errorDiagnostic(
      "Invalid Import ID",
      "The import ID must be the ID of an image, a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90, or <image ID>/<volume ID> " +
        `with the volume that the image was created from, got: ${JSON.stringify(importId)}.`,
    ),
  );
}
