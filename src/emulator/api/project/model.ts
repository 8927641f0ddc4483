import * as v from "valibot";
import { objectOf, projectId, text } from "../../input.ts";

/** A project that images can be shared with, or whose credentials can be used. */
export interface Project {
  readonly id: string;
  readonly name: string;
}

/** An application credential that the identity service accepts. */
export const credential = objectOf({
  id: text(1),
  secret: text(1),
  name: v.exactOptional(text()),
  /** The project it belongs to; the setting `project` when absent. */
  project: v.exactOptional(projectId()),
});
/** An application credential that the identity service accepts. */
export type Credential = Readonly<v.InferOutput<typeof credential>>;

/** The organisation and the user behind every credential. */
export const DOMAIN = { id: "8c1f0e2d3b4a59687786950a1b2c3d4e", name: "example-org" };
/** The user behind every credential. */
export const USER = { id: "5d3f0a9be1c24c7f9a7b0c1d2e3f4a5b", name: "svc" };
/** The project that owns the public images. */
export const PROVIDER_PROJECT = "f0e1d2c3b4a5968778695a4b3c2d1e0f";
