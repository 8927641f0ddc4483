import type { Image } from "../../kakaocloud/images.ts";

/** Whose an image is for the project that requested it, which is `project_id` whoever owns the image. */
export function ownership({ owner, project_id }: Image): "own" | "other" | "unknown" {
  if (owner === null || project_id === null) return "unknown";
  return owner.toLowerCase() === project_id.toLowerCase() ? "own" : "other";
}
