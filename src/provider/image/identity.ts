import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import type { IdentitySchema, ResourceIdentity } from "../../framework/identity.ts";
import { stringAttribute } from "../../framework/schema.ts";
import type { Session } from "../session.ts";
import { importImage } from "./import.ts";
import type { imageSchema } from "./schema.ts";

const schema = {
  version: 0,
  attributes: {
    id: stringAttribute({ required: true, description: "ID of the image." }),
    region: stringAttribute({
      optional: true,
      description: "Region of the image. It must be the region that the provider is configured with.",
    }),
    project_id: stringAttribute({
      optional: true,
      description:
        "ID of the project that manages the image. It must be the project of the provider's credential.",
    }),
  },
} satisfies IdentitySchema;

/** An image is identified by its id, within the region and the project that it is managed from. */
export const imageIdentity: ResourceIdentity<typeof schema, typeof imageSchema, Session> = {
  schema,
  of({ id }, session) {
    const { region, projectId } = session.kakaocloud().location();
    return { id: id ?? "", region, project_id: projectId };
  },
  import({ id, region, project_id }, session) {
    const own = session.kakaocloud().location();
    const mismatches = [
      differs(region, own.region) && `region is "${region}", but the provider's region is "${own.region}"`,
      differs(project_id, own.projectId) &&
        `project_id is "${project_id}", but the provider's credential belongs to project "${own.projectId}"`,
    ].filter((mismatch) => mismatch !== false);
    if (mismatches.length === 0) return importImage(id);
    throw new DiagnosticError(
      errorDiagnostic(
        "Image of Another Region or Project",
        `Could not import image ${id}: its identity's ${mismatches.join("; its ")}. ` +
          "Import it with a provider configuration for that region and project, or correct the identity.",
      ),
    );
  },
};

/** Whether both are known and not the same, whatever the case of their letters. */
function differs(given: string | null, own: string | null): boolean {
  return given !== null && own !== null && given.toLowerCase() !== own.toLowerCase();
}
