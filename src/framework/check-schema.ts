import type { IdentitySchema } from "./identity.ts";
import { formatPath, type Path } from "./path.ts";
import type { Provider } from "./provider.ts";
import type { Attribute, Attributes, NestedBlock, Schema, SchemaBlock } from "./schema.ts";
import type { Type } from "./type.ts";

/** Names that mean something to Terraform in every block of their kind, so that no attribute can be set by them. */
const RESOURCE_META_ARGUMENTS = ["count", "depends_on", "for_each", "lifecycle", "provider"];
const MANAGED_META_ARGUMENTS = [...RESOURCE_META_ARGUMENTS, "connection", "provisioner"];
const PROVIDER_META_ARGUMENTS = ["alias", "version"];

/** Valid in Terraform, but every JavaScript object has a member of this name, which would be read as a value. */
const UNUSABLE_NAMES = ["constructor"];

const NAME = /^[a-z][a-z0-9_]*$/;
const NAME_RULE = "must begin with a lower-case letter and hold only those, digits and underscores";

/**
 * Checks all schemas of a provider against Terraform's rules, those that it enforces when it loads them and those that it
 * leaves to the provider. A test's work: a provider that passes once need not be checked at every start.
 *
 * @throws Error naming the resource and the attribute of the first rule broken.
 */
export function checkProvider<Client, S extends Schema>(provider: Provider<Client, S>): void {
  checkSchema(`provider ${provider.name}`, provider.schema, PROVIDER_META_ARGUMENTS);
  for (const [kind, reserved, all] of [
    ["resource", MANAGED_META_ARGUMENTS, provider.resources],
    ["data source", RESOURCE_META_ARGUMENTS, provider.dataSources],
    // What a list resource declares is in a block of its own, where no name is reserved.
    ["list resource", [], provider.listResources ?? {}],
  ] as const) {
    for (const [typeName, { schema }] of Object.entries(all)) {
      const owner = `${kind} ${typeName}`;
      if (!NAME.test(typeName) || !typeName.startsWith(`${provider.name}_`)) {
        throw new Error(`${owner}: the type name must begin with ${provider.name}_ and be lower case`);
      }
      checkSchema(owner, schema, reserved);
      if (kind !== "resource" && anyAttribute(schema, ({ writeOnly }) => writeOnly === true)) {
        throw new Error(`${owner}: a ${kind} cannot have write-only attributes`);
      }
    }
  }
  for (const [typeName, { identity }] of Object.entries(provider.resources)) {
    if (identity) checkIdentity(`identity of ${typeName}`, identity.schema);
  }
  for (const typeName of Object.keys(provider.listResources ?? {})) {
    if (provider.resources[typeName]?.identity) continue;
    throw new Error(`list resource ${typeName}: the provider has no resource of this type with an identity`);
  }
  for (const [name, { parameters }] of Object.entries(provider.functions ?? {})) {
    if (!NAME.test(name)) throw new Error(`function ${name}: ${NAME_RULE}`);
    checkAttributes(parameters, [], (path, problem) => {
      throw new Error(`function ${name}: ${formatPath(path)} ${problem}`);
    });
  }
}

/** Identities consist of primitives and lists of them, and nothing in them is computed. */
function checkIdentity(owner: string, { attributes }: IdentitySchema): void {
  for (const [name, { type, computed, required, optional }] of Object.entries(attributes)) {
    const element = type.kind === "list" ? type.element : type;
    if (!NAME.test(name)) throw new Error(`${owner}: ${name} ${NAME_RULE}`);
    if (!["string", "number", "bool"].includes(element.kind)) {
      throw new Error(`${owner}: ${name} must be a primitive or a list of primitives`);
    }
    if (computed || required === optional) throw new Error(`${owner}: ${name} must be required or optional`);
  }
  if (!Object.values(attributes).some(({ required }) => required)) {
    throw new Error(`${owner}: at least one attribute must be required, or nothing is identified`);
  }
}

function checkSchema(owner: string, schema: Schema, reserved: readonly string[]): void {
  const { version = 0 } = schema;
  if (!Number.isSafeInteger(version) || version < 0)
    throw new Error(`${owner}: version ${version} is not valid`);
  for (const name of [...Object.keys(schema.attributes), ...Object.keys(schema.blocks ?? {})]) {
    if (reserved.includes(name)) throw new Error(`${owner}: ${name} is reserved by Terraform`);
  }
  checkBlock(schema, [], (path, problem) => {
    throw new Error(`${owner}: ${formatPath(path)} ${problem}`);
  });
}

type Fail = (path: Path, problem: string) => never;

function checkBlock(block: SchemaBlock, path: Path, fail: Fail): void {
  checkAttributes(block.attributes, path, fail);
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    const at = [...path, { attribute: name }];
    checkName(name, at, fail);
    if (Object.hasOwn(block.attributes, name)) fail(at, "is both an attribute and a block");
    checkItems(nested, at, fail);
    checkCollection(nested.mode, nested.block, at, fail);
    checkBlock(nested.block, at, fail);
  }
}

function checkAttributes(attributes: Attributes, path: Path, fail: Fail): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const at = [...path, { attribute: name }];
    checkName(name, at, fail);
    checkAttribute(attribute, at, fail);
    if (!attribute.nested) continue;
    const block = { attributes: attribute.nested.attributes };
    checkCollection(attribute.nested.mode, block, at, fail);
    checkBlock(block, at, fail);
  }
}

function checkName(name: string, at: Path, fail: Fail): void {
  if (!NAME.test(name)) fail(at, NAME_RULE);
  if (UNUSABLE_NAMES.includes(name)) fail(at, "is a name that cannot be used");
}

function checkAttribute(attribute: Attribute, at: Path, fail: Fail): void {
  const { required, optional, computed, writeOnly } = attribute;
  if (!required && !optional && !computed) fail(at, "must be required, optional or computed");
  if (required && optional) fail(at, "cannot be both required and optional");
  if (required && computed) fail(at, "cannot be both required and computed");
  if (writeOnly && computed) fail(at, "cannot be both write-only and computed");
  if (attribute.default !== undefined && !(optional && computed)) {
    fail(at, "has a default, so it must be optional and computed");
  }
  if ("element" in attribute.type && holdsDynamic(attribute.type)) {
    fail(at, `is a ${attribute.type.kind}, which cannot hold dynamic values`);
  }
  if (attribute.deprecated === "") fail(at, "is deprecated without saying what to use instead");
}

function checkItems({ mode, minItems = 0, maxItems = 0 }: NestedBlock, at: Path, fail: Fail): void {
  if (minItems < 0 || maxItems < 0) fail(at, "cannot have fewer than no items");
  if (mode === "single" && (minItems !== maxItems || minItems > 1)) {
    fail(at, "is a single block: minItems and maxItems must both be 0 or both be 1");
  }
  if ((mode === "map" || mode === "group") && (minItems !== 0 || maxItems !== 0)) {
    fail(at, `is a ${mode} block, which has no minItems and maxItems`);
  }
  if (maxItems !== 0 && minItems > maxItems) fail(at, "has a minItems that exceeds its maxItems");
}

/**
 * What objects in a collection may hold. Terraform forbids dynamic attributes in sets; in lists and maps it crashes when
 * two elements differ in type, or carries the whole collection as a dynamic value, which this framework does not do.
 */
function checkCollection(mode: NestedBlock["mode"], block: SchemaBlock, at: Path, fail: Fail): void {
  if (mode === "single" || mode === "group") return;
  if (anyAttribute(block, ({ type }) => holdsDynamic(type))) {
    fail(at, `is a ${mode}, which cannot hold dynamic values`);
  }
  if (mode === "set" && anyAttribute(block, ({ writeOnly }) => writeOnly === true)) {
    fail(at, "is a set, which cannot hold write-only attributes");
  }
}

/** Whether an attribute at any depth is such a one. */
function anyAttribute(block: SchemaBlock, is: (attribute: Attribute) => boolean): boolean {
  return (
    Object.values(block.attributes).some(
      (attribute) => is(attribute) || (attribute.nested !== undefined && anyAttribute(attribute.nested, is)),
    ) || Object.values(block.blocks ?? {}).some((nested) => anyAttribute(nested.block, is))
  );
}

function holdsDynamic(type: Type): boolean {
  if (type.kind === "dynamic") return true;
  if ("element" in type) return holdsDynamic(type.element);
  if (type.kind === "tuple") return type.elements.some(holdsDynamic);
  return type.kind === "object" && [...type.attributes.values()].some(holdsDynamic);
}
