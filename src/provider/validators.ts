import { invalidValue, matches, type Validator } from "../framework/validators.ts";

const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[1-5][a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/i;
const PROJECT_ID = /^[a-f0-9]{32}$/i;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]*[a-zA-Z0-9]$/;
const NAME_MIN_BYTES = 4;
const NAME_MAX_BYTES = 250;
const DESCRIPTION = /^[a-zA-Z0-9\u3131-\u314E\uAC00-\uD7A3 .,!?()[\]{}:;"'@#%&*+=_/\\|<>~-]*$/;
const DESCRIPTION_MAX_CHARACTERS = 100;

/** Whether a text is a UUID as KakaoCloud gives them to images, volumes and instances (versions 1 to 5). */
export const isUuid = (text: string): boolean => UUID.test(text);

/** A UUID such as `3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90`. */
export const uuid: Validator<string> = matches(
  UUID,
  "must be a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90",
);

/** The id of a project: 32 hexadecimal digits. */
export const projectId: Validator<string> = matches(
  PROJECT_ID,
  "must be a project ID of 32 hexadecimal digits",
);

/** What is wrong with a name by KakaoCloud's rule for new names, or null. */
export function nameProblem(name: string): string | null {
  const bytes = Buffer.byteLength(name);
  if (bytes < NAME_MIN_BYTES || bytes > NAME_MAX_BYTES) {
    return `must be ${NAME_MIN_BYTES} to ${NAME_MAX_BYTES} characters long`;
  }
  if (!NAME.test(name)) {
    return "may only hold letters a-z and A-Z, digits, hyphens and underscores, and must begin and end with a letter or digit";
  }
  return /[-_]{2}/.test(name) ? "must not have two hyphens or underscores in a row" : null;
}

/** A name that no image can have. Whether a legal but unusual name is allowed depends on the image, see the plan. */
export const possibleName: Validator<string> = (name, path) =>
  name.trim() === "" || Buffer.byteLength(name) > NAME_MAX_BYTES || /\p{Cc}/u.test(name)
    ? [invalidValue(path, name, nameProblem(name) ?? "is not a valid name")]
    : [];

/** What is wrong with a description by KakaoCloud's rule for new ones, or null. */
export function descriptionProblem(text: string): string | null {
  const length = [...text].length;
  if (length > DESCRIPTION_MAX_CHARACTERS) {
    return `must be at most ${DESCRIPTION_MAX_CHARACTERS} characters long, it has ${length}`;
  }
  const bad = [...text].find((character) => !DESCRIPTION.test(character));
  if (bad === undefined) return null;
  return (
    `must not hold the character ${JSON.stringify(bad)} (KakaoCloud accepts English letters, digits, Hangul, spaces and ` +
    ". , ! ? ( ) [ ] { } : ; \" ' @ # % & * + = _ / \\ | < > ~ -)"
  );
}
