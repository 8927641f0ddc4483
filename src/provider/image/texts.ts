import { type Diagnostic, warningDiagnostic } from "../../framework/diagnostics.ts";
import { attributePath, type Path } from "../../framework/path.ts";
import type { Config, State } from "../../framework/schema.ts";
import { invalidValue } from "../../framework/validators.ts";
import { descriptionProblem, nameProblem } from "../validators.ts";
import type { imageSchema } from "./schema.ts";

type ImageConfig = Config<typeof imageSchema>;

/** What is wrong, by KakaoCloud's rules for new images, with the texts that a user sets. */
const PROBLEMS = { name: nameProblem, description: descriptionProblem } as const;
type TextName = keyof typeof PROBLEMS;

/**
 * Warns about texts that KakaoCloud gives to no new image. They are no errors yet: an image that was created elsewhere may have
 * them, and must be manageable with them. The plan knows which it is.
 */
export function warnAboutTexts({ name, description }: ImageConfig): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  const warn = (
    attribute: TextName,
    text: unknown,
    add: (detail: string, path: Path) => Diagnostic,
  ): void => {
    const problem = typeof text === "string" ? PROBLEMS[attribute](text) : null;
    if (problem === null) return;
    const detail = `Attribute ${attribute} ${problem}, got: ${JSON.stringify(text)}. Only an image that has this ${attribute} already can keep it.`;
    warnings.push(add(detail, attributePath(attribute)));
  };
  warn("name", name, (detail, path) => warningDiagnostic("Unusual Image Name", detail, path));
  warn("description", description, (detail, path) =>
    warningDiagnostic("Unusual Image Description", detail, path),
  );
  return warnings;
}

/** Refuses such texts where they are new. */
export function refuseTexts(
  plan: ImageConfig,
  prior: State<typeof imageSchema> | null,
): readonly Diagnostic[] {
  return (["name", "description"] as const).flatMap((attribute) => {
    const text = plan[attribute];
    const problem =
      typeof text === "string" && text !== prior?.[attribute] ? PROBLEMS[attribute](text) : null;
    return problem === null ? [] : [invalidValue(attributePath(attribute), text, problem)];
  });
}
