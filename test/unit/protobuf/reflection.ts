import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** One of proto/*.proto, as an independent implementation reads it. Field names stay as they are in the file. */
export function loadProto(file: string): protobuf.Root {
  const tree = new protobuf.Root();
  tree.resolvePath = (_origin, target) => target;
  tree.loadSync(`${root}proto/${file}`, { keepCase: true });
  tree.resolveAll();
  return tree;
}

/** A full protobuf name, without the leading dot that protobufjs gives it. */
export const fullName = (type: protobuf.ReflectionObject): string => type.fullName.slice(1);

/** Everything of one kind below a namespace. */
export function descendants<T extends protobuf.ReflectionObject>(
  parent: protobuf.NamespaceBase,
  kind: abstract new (...args: never[]) => T,
): T[] {
  return parent.nestedArray.flatMap((child) => [
    ...(child instanceof kind ? [child] : []),
    ...(child instanceof protobuf.Namespace ? descendants(child, kind) : []),
  ]);
}
