import type { CallOptions } from "../base/call.ts";
import { type Collection, createCollection, type Filters, only } from "./collection.ts";
import { isKakaoCloudError } from "./errors.ts";
import {
  flag,
  identifier,
  integer,
  integer64,
  lenientRecord,
  nullable,
  type Read,
  type Reader,
  record,
  text,
  time,
} from "./json.ts";
import type { Request } from "./request.ts";

const FIELDS = {
  id: identifier,
  name: text,
  /** Bytes of the stored file; null or 0 until the image is active. */
  size: integer64,
  status: text,
  /** The owning project's id. */
  owner: text,
  visibility: text,
  description: text,
  is_shared: flag,
  disk_format: text,
  container_format: text,
  /** GB. */
  min_disk: integer,
  /** MB. */
  min_ram: integer,
  /** Bytes; null until the image is active. */
  virtual_size: integer64,
  instance_type: text,
  /** Never part of the response to a create or an update. */
  image_member_status: text,
  /** Never part of the response to a create or an update. */
  project_id: text,
  os_info: nullable(
    record({ type: text, distro: text, architecture: text, admin_user: text, is_hidden: flag }),
  ),
  created_at: time,
  updated_at: time,
};

const readImage = record(FIELDS);
const readCreatedImage = lenientRecord(FIELDS, ["id"]);

/** An image, with the API's own field names; everything but the id may be null. */
export type Image = Read<typeof readImage>;

const readImageOf = (id: string): Reader<Image> => only(id, "image", readImage);

/** The filters of the image list, with the API's own names; they are sent as given. */
export type ImageQuery = Filters<
  | "id"
  | "name"
  | "instance_type"
  | "image_type"
  | "size"
  | "min_disk"
  | "disk_format"
  | "status"
  | "os_type"
  | "visibility"
  | "image_member_status"
  | "created_at"
  | "updated_at"
>;

/** The images of a project. Every method throws `KakaoCloudError`. */
export interface ImagesApi extends Collection<Image, ImageQuery> {
  /**
   * Creates an image from a volume. The POST is sent once: it is repeated only when the server cannot have acted on it, and
   * `ambiguous_write` means that it may have. Fields of the response that cannot be read are null; the id is there.
   * Once sent, the POST may outlive an abort or the deadline by less than a second, so that the new image's id is not lost.
   */
  create(volumeId: string, image: ImageInput, options?: CallOptions): Promise<Image>;
  /** Changes only the given fields. The response has no `project_id` and no `image_member_status`. */
  update(id: string, changes: Partial<ImageInput>, options?: CallOptions): Promise<Image>;
  /** Deletes; `not_found` when it no longer exists (also after a retry whose first try did it). */
  delete(id: string, options?: CallOptions): Promise<void>;
}

/** What a user decides about an image. */
export interface ImageInput {
  readonly name: string;
  readonly description?: string | undefined;
}

/** The image API over an authenticated request. Creating goes to the volume service, as the API has it. */
export function createImagesApi(request: Request): ImagesApi {
  const images = createCollection<Image, ImageQuery>(request, "image", "Image", readImage);
  return {
    ...images,
    create: async (volumeId, { name, description }, options) => {
      const body = await request.json(
        {
          operation: "CreateImage",
          service: "volume",
          method: "POST",
          path: ["volumes", volumeId, "image"],
          body: { image: { name, description } },
          once: true,
        },
        record({ image: readCreatedImage }),
        options,
      );
      return body.image;
    },
    update: async (id, { name, description }, options) => {
      try {
        const body = await request.json(
          {
            operation: "UpdateImage",
            service: "image",
            method: "PUT",
            path: ["images", id],
            body: { image: { name, description } },
          },
          record({ image: readImageOf(id) }),
          options,
        );
        return body.image;
      } catch (error) {
        // A 2xx means that the change is done; only its echo is unreadable, and reading the image returns the same.
        const accepted = isKakaoCloudError(error, "malformed_response") && isSuccess(error.status);
        if (!accepted) throw error;
        return images.get(id, options);
      }
    },
    delete: (id, options) =>
      request.empty(
        { operation: "DeleteImage", service: "image", method: "DELETE", path: ["images", id] },
        options,
      ),
  };
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
