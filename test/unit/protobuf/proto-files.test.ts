import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { descendants, fullName, loadProto } from "./reflection.ts";

/** The published protocol as a table: kind, parent, name, number, type, label. */
const facts = readFileSync(new URL("tfplugin6.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .map(([kind = "", parent = "", name = "", number = "", type = "", label = ""]) =>
    [kind, parent, name, number, type, label].join("\t"),
  );

const files = [
  { file: "tfplugin6.proto", packageName: "tfplugin6" },
  { file: "plugin.proto", packageName: "plugin" },
  { file: "health.proto", packageName: "grpc.health.v1" },
];

const inPackage = (packageName: string, row: string): boolean => {
  const [kind, parent = ""] = row.split("\t");
  if (kind === "import" || kind === "package") return false;
  return parent === packageName || parent.startsWith(`${packageName}.`);
};

const row = (...columns: (string | number)[]): string => columns.join("\t");
const split = (type: protobuf.ReflectionObject): [parent: string, name: string] => [
  type.parent === null ? "" : fullName(type.parent),
  type.name,
];

const typeOf = (field: protobuf.FieldBase): string =>
  field.resolvedType === null ? field.type : fullName(field.resolvedType);

function fieldRow(field: protobuf.Field): string {
  const oneof = field.partOf;
  const [label, type] = field.map
    ? ["map", `map<string,${typeOf(field)}>`]
    : field.repeated
      ? ["repeated", typeOf(field)]
      : oneof?.isProto3Optional
        ? ["optional", typeOf(field)]
        : oneof
          ? [`oneof:${oneof.name}`, typeOf(field)]
          : ["singular", typeOf(field)];
  const deprecated = field.options?.deprecated === true ? ";deprecated" : "";
  return row("field", ...split(field), field.id, type, `${label}${deprecated}`);
}

function methodRow(method: protobuf.Method): string {
  const stream = `${method.requestStream === true}/${method.responseStream === true}`;
  const kinds: Readonly<Record<string, string>> = {
    "false/false": "unary",
    "false/true": "server_stream",
    "true/false": "client_stream",
    "true/true": "bidi_stream",
  };
  const [request, response] = [method.resolvedRequestType, method.resolvedResponseType];
  if (request === null || response === null) throw new Error(`${method.name} is not resolved`);
  return row(
    "rpc",
    ...split(method),
    "",
    `${fullName(request)} -> ${fullName(response)}`,
    kinds[stream] ?? "",
  );
}

function rowsOf(tree: protobuf.Root, packageName: string): string[] {
  const namespace = tree.lookup(packageName);
  if (!(namespace instanceof protobuf.Namespace)) throw new Error(`no package ${packageName}`);
  const types = descendants(namespace, protobuf.Type);
  return [
    ...types.map((type) => row("message", ...split(type), "", "", "")),
    ...types.flatMap((type) => type.fieldsArray.map(fieldRow)),
    ...types.flatMap((type) =>
      type.oneofsArray
        .filter((oneof) => !oneof.isProto3Optional)
        .map((oneof) => row("oneof", ...split(oneof), "", "", "")),
    ),
    ...descendants(namespace, protobuf.Enum).flatMap((type) => [
      row("enum", ...split(type), "", "", ""),
      ...Object.entries(type.values).map(([name, value]) =>
        row("enumvalue", fullName(type), name, value, "", ""),
      ),
    ]),
    ...descendants(namespace, protobuf.Service).flatMap((service) => [
      row("service", ...split(service), "", "", ""),
      ...service.methodsArray.map(methodRow),
    ]),
  ];
}

describe("proto/", () => {
  it.each(files)("$file says exactly what the published protocol says", ({ file, packageName }) => {
    const expected = facts.filter((fact) => inPackage(packageName, fact));
    expect(expected.length).toBeGreaterThan(10);
    expect(rowsOf(loadProto(file), packageName).toSorted()).toEqual(expected.toSorted());
  });

  it("covers every fact there is, but for the packages, the imports and protobuf's own messages", () => {
    const covered = facts.filter((fact) => files.some(({ packageName }) => inPackage(packageName, fact)));
    const rest = facts.filter((fact) => !covered.includes(fact)).map((fact) => fact.split("\t").slice(0, 3));
    expect(rest.filter(([kind]) => kind !== "package" && kind !== "import")).toEqual([
      ["message", "google.protobuf", "Timestamp"],
      ["field", "google.protobuf.Timestamp", "seconds"],
      ["field", "google.protobuf.Timestamp", "nanos"],
      ["message", "google.protobuf", "Empty"],
    ]);
  });
});
