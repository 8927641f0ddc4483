import { FunctionError, type ProviderFunction } from "../../framework/function.ts";
import { boolAttribute, listNestedAttribute, stringAttribute } from "../../framework/schema.ts";
import { STRING } from "../../framework/type.ts";

const parameters = {
  attached_volumes: listNestedAttribute(
    {
      id: stringAttribute({ required: true }),
      is_root: boolAttribute({ required: true }),
    },
    {
      required: true,
      description:
        "The `attached_volumes` of an instance, from `kakaocloud_instance` or `kakaocloud_instances`. Only `id` and `is_root` are read.",
    },
  ),
};

/** `root_volume_id`: what an image of an instance is created from. */
export const rootVolumeIdFunction: ProviderFunction<typeof parameters> = {
  summary: "Id of the root volume among an instance's volumes",
  description:
    "Returns the id of the one volume that is the root volume of an instance. Fails if none is, or more than one.",
  parameters,
  returns: STRING,
  call({ attached_volumes: volumes }) {
    const roots = volumes.filter((volume) => volume?.is_root === true);
    const [root, ...others] = roots;
    if (root === undefined) {
      throw new FunctionError(
        volumes.length === 0
          ? "the list has no volumes, so no root volume either"
          : `none of the ${volumes.length} volumes is a root volume (is_root)`,
        0,
      );
    }
    if (others.length > 0) {
      const ids = roots.map(({ id }) => id).join(", ");
      throw new FunctionError(`${roots.length} of the volumes are root volumes: ${ids}`, 0);
    }
    return root.id;
  },
};
