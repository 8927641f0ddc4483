// A .proto file as descriptors whose names are resolved, read by @grpc/proto-loader.
import { basename, dirname } from "node:path";
import { loadSync } from "@grpc/proto-loader";

// The definitions of proto-loader name neither the package of a type nor the types of an RPC. The file descriptors that come with them
// do. They are encoded; Google's descriptor.proto, which is part of proto-loader, decodes them. Without `defaults`, as a field
// outside of a oneof would have the index of one.
/** @type {any} */
const fileDescriptor = loadSync("google/protobuf/descriptor.proto", {
  longs: Number,
  enums: String,
  arrays: true,
})["google.protobuf.FileDescriptorProto"];

/**
 * The enums, messages and services of a package in the order of the file, outer before inner; then the messages of other packages that it
 * uses. Throws when a name is defined twice or not at all.
 *
 * @param {string} path absolute path of the .proto file
 * @param {string} packageName
 */
export function readPackage(path, packageName) {
  const definitions = loadSync(basename(path), { includeDirs: [dirname(path)] });
  /** @type {any} */
  const message = Object.values(definitions).find(({ format }) => format !== undefined);
  const files = message.fileDescriptorProtos.map((bytes) => fileDescriptor.deserialize(bytes));
  const types = new Map(files.flatMap((file) => typesIn(file, file.package)).map(byFullName));
  const all = [...types.values()].map((type) => resolveFields(type, types));
  const services = files
    .filter((file) => file.package === packageName)
    .flatMap((file) => file.service)
    .map((service) => resolveMethods(service, packageName, types));

  const isOwn = ({ fullName }) => fullName.startsWith(`${packageName}.`);
  const own = all.filter(isOwn);
  const used = [
    ...own.flatMap(({ fields }) => fields.map(({ type }) => type)),
    ...services.flatMap(({ methods }) => methods.flatMap(({ request, response }) => [request, response])),
  ];
  const foreign = all.filter(
    (type) => !isOwn(type) && used.some(({ fullName }) => fullName === type.fullName),
  );
  return {
    enums: own.filter(isEnum),
    messages: [...own.filter((type) => !isEnum(type) && !isMapEntry(type) && !isNamespace(type)), ...foreign],
    services,
  };
}

/** The enums and messages of a scope, and those inside of them, with their full names. */
function typesIn({ enumType = [], messageType, nestedType = messageType ?? [] }, scope) {
  return [...enumType, ...nestedType].flatMap((type) => {
    const fullName = `${scope}.${type.name}`;
    return [{ ...type, fullName }, ...typesIn(type, fullName)];
  });
}

function byFullName(type, index, types) {
  if (types.findIndex(({ fullName }) => fullName === type.fullName) !== index)
    throw new Error(`${type.fullName} is defined twice`);
  return [type.fullName, type];
}

export const isEnum = (type) => type.value !== undefined;
export const isMessage = (type) => type.field !== undefined;
const isMapEntry = (type) => type.options?.mapEntry === true;
/** A message without fields that contains others is only their namespace. */
const isNamespace = ({ field, nestedType, enumType }) =>
  field.length === 0 && nestedType.length + enumType.length > 0;

function resolveFields(message, types) {
  const fields = (message.field ?? []).map((field) => ({
    name: field.name,
    number: field.number,
    ...kindOf(field, message, types),
  }));
  return { ...message, fields: fields.toSorted((a, b) => a.number - b.number) };
}

/** The type of a field's value, how the tables label it, and whether it can be absent. */
function kindOf(field, message, types) {
  const type = resolveType(field, message.fullName, types);
  if (isMessage(type) && isMapEntry(type)) {
    const [key, value] = type.field;
    if (key.type !== "TYPE_STRING") throw new Error(`${type.fullName}: only string keys are supported`);
    return { type: resolveType(value, type.fullName, types), label: "map", optional: false };
  }
  if (field.label === "LABEL_REPEATED") return { type, label: "repeated", optional: false };
  const oneof = message.oneofDecl[field.oneofIndex]?.name;
  // An `optional` field is described as the only member of a oneof that is named like it.
  if (oneof === `_${field.name}`)
    return { type, label: isMessage(type) ? undefined : "optional", optional: true };
  if (oneof !== undefined) return { type, label: `oneof ${oneof}`, optional: true };
  return { type, label: undefined, optional: isMessage(type) };
}

/** A scalar as `{ scalar }`, else the enum or message that a name stands for in a scope: the innermost one. */
function resolveType({ name, type, typeName }, scope, types) {
  if (!typeName) return { scalar: type.slice("TYPE_".length).toLowerCase() };
  for (let outer = scope; outer !== ""; outer = outer.slice(0, Math.max(0, outer.lastIndexOf(".")))) {
    const found = types.get(`${outer}.${typeName}`);
    if (found !== undefined) return found;
  }
  const found = types.get(typeName.replace(/^\./, ""));
  if (found === undefined) throw new Error(`${scope}.${name}: there is no type ${typeName}`);
  return found;
}

function resolveMethods(service, packageName, types) {
  const fullName = `${packageName}.${service.name}`;
  const methods = service.method.map((method) => ({
    name: method.name,
    request: resolveType({ ...method, typeName: method.inputType }, fullName, types),
    response: resolveType({ ...method, typeName: method.outputType }, fullName, types),
    requestStream: method.clientStreaming === true,
    responseStream: method.serverStreaming === true,
  }));
  return { fullName, name: service.name, methods };
}
