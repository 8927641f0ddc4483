import type { Diagnostic } from "../../framework/diagnostics.ts";
import { attributePath } from "../../framework/path.ts";
import type { Config, State } from "../../framework/schema.ts";
import { invalidValue } from "../../framework/validators.ts";
import { descriptionProblem, nameProblem } from "../validators.ts";
import type { imageSchema } from "./schema.ts";

/** What is wrong, by KakaoCloud's rules for new images, with the texts that a user sets. */
const PROBLEMS = { name: nameProblem, description: descriptionProblem } as const;

/**
 * Refuses texts that KakaoCloud does not accept for a new image, where they are new. An image that was created elsewhere may have
 * them and keeps them; only a plan knows which it is, so that validation lets them pass.
 */
export function refuseTexts(
  plan: Config<typeof imageSchema>,
  prior: State<typeof imageSchema> | null,
): readonly Diagnostic[] {
  return (["name", "description"] as const).flatMap((attribute) => {
    const text = plan[attribute];
    const problem =
      typeof text === "string" && text !== prior?.[attribute] ? PROBLEMS[attribute](text) : null;
    return problem === null ? [] : [invalidValue(attributePath(attribute), text, problem)];
  });
}
