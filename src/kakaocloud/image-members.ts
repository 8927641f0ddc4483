import type { CallOptions } from "../base/call.ts";
import { flag, identifier, type Read, record, text, time } from "./json.ts";
import { listAll } from "./pagination.ts";
import type { Request } from "./request.ts";

const readMember = record({
  /** The id of the project that the image is shared with. */
  id: identifier,
  image_id: text,
  is_shared: flag,
  status: text,
  created_at: time,
  updated_at: time,
});

/** A project that an image is shared with, with the API's own field names. */
export type ImageMember = Read<typeof readMember>;

/** The sharing of images. Every method throws `KakaoCloudError`. */
export interface ImageMembersApi {
  /** Every project that the image is shared with, in the server's order. */
  list(imageId: string, options?: CallOptions): Promise<readonly ImageMember[]>;
  /** Shares; `conflict` when the project may already have it (also after a retry whose first try did it). */
  add(imageId: string, projectId: string, options?: CallOptions): Promise<void>;
  /** Removes the share; `not_found` when there is none (also after a retry whose first attempt removed it). */
  remove(imageId: string, projectId: string, options?: CallOptions): Promise<void>;
}

/** The image sharing API over an authenticated request. */
export function createImageMembersApi(request: Request): ImageMembersApi {
  return {
    list: (imageId, options) =>
      listAll(
        request,
        {
          operation: "ListImageSharedProjects",
          service: "image",
          path: ["images", imageId, "members"],
          query: {},
          key: "members",
        },
        readMember,
        options,
      ),
    add: (imageId, projectId, options) =>
      request.empty(
        {
          operation: "AddImageShare",
          service: "image",
          method: "POST",
          path: ["images", imageId, "members", projectId],
        },
        options,
      ),
    remove: (imageId, projectId, options) =>
      request.empty(
        {
          operation: "RemoveImageShare",
          service: "image",
          method: "DELETE",
          path: ["images", imageId, "members", projectId],
        },
        options,
      ),
  };
}
