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
  summary: "ID of the root volume of an instance",
  description:
    "Returns the ID of the root volume among the volumes of an instance. Fails unless exactly one is the root volume.",
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
