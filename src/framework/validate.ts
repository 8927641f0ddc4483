import { attributeError, type Diagnostic, warningDiagnostic } from "./diagnostics.ts";
import { mapElements } from "./elements.ts";
import type { Path } from "./path.ts";
import type { Attribute, NestedBlock, Schema, SchemaBlock } from "./schema.ts";
import type { Validator } from "./validators.ts";
import { isUnknown, type ObjectValue, type Value } from "./value.ts";

export interface ValidateOptions {
  /** Whether Terraform can handle write-only attributes. */
  readonly writeOnlyAllowed: boolean;
}

/**
 * Checks a configuration against its schema. Unknown values pass, all findings are collected, nothing is called.
 * The checks that concern several attributes at once are the caller's.
 */
export function validateConfig(
  schema: Schema,
  config: ObjectValue,
  options: ValidateOptions,
): readonly Diagnostic[] {
  const findings = validateBlock(schema, config, [], options);
  if (schema.deprecated !== undefined) findings.push(warningDiagnostic("Deprecated", schema.deprecated));
  return findings;
}

function validateBlock(
  block: SchemaBlock,
  config: ObjectValue,
  path: Path,
  options: ValidateOptions,
): Diagnostic[] {
  const findings: Diagnostic[] = [];
  for (const [name, attribute] of Object.entries(block.attributes)) {
    findings.push(
      ...validateAttribute(attribute, config[name] ?? null, [...path, { attribute: name }], options),
    );
  }
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    findings.push(
      ...validateNestedBlock(nested, config[name] ?? null, [...path, { attribute: name }], options),
    );
  }
  return findings;
}

function validateAttribute(
  attribute: Attribute,
  value: Value,
  path: Path,
  options: ValidateOptions,
): readonly Diagnostic[] {
  if (value === null) {
    return attribute.required
      ? [
          attributeError(
            "Missing Configuration for Required Attribute",
            path,
            "is required: set it to a value that is not null.",
          ),
        ]
      : [];
  }
  if (attribute.computed && !attribute.optional) {
    return [
      attributeError(
        "Invalid Configuration for Read-Only Attribute",
        path,
        "is set by the provider and cannot be configured: remove it from the configuration.",
      ),
    ];
  }
  const findings: Diagnostic[] = [];
  if (attribute.writeOnly && !options.writeOnlyAllowed) {
    findings.push(
      attributeError(
        "WriteOnly Attribute Not Allowed",
        path,
        "is write-only, which needs Terraform 1.11 or later.",
      ),
    );
  }
  if (isUnknown(value)) return findings;
  for (const validator of attribute.validators) {
    // The builder paired the validators with the attribute's type, which the decoder has checked.
    findings.push(...(validator as Validator<Value>)(value, path));
  }
  if (attribute.nested) {
    const { mode, attributes } = attribute.nested;
    mapElements(mode, value, (element, _place, step) => {
      findings.push(...validateBlock({ attributes }, element, [...path, ...step], options));
      return element;
    });
  }
  if (attribute.deprecated !== undefined) {
    findings.push(warningDiagnostic("Attribute Deprecated", attribute.deprecated, path));
  }
  return findings;
}

function validateNestedBlock(
  { mode, block }: NestedBlock,
  value: Value,
  path: Path,
  options: ValidateOptions,
): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  mapElements(mode, value, (element, _place, step) => {
    findings.push(...validateBlock(block, element, [...path, ...step], options));
    return element;
  });
  return findings;
}
