// What tests need that a machine may lack. Without one, its tests are skipped and named in the summary. TEST_REQUIRE lists, separated by
// commas, those whose absence is a failure instead: `all`, or names of the table below.

/** How to get each, by its name in TEST_REQUIRE. CONTRIBUTING.md has the same table. */
export const REQUIREMENTS = {
  cli: "put terraform or tofu on the PATH, or its path into TF_ACC_TERRAFORM_PATH",
  browser: "install chromium (apt-get install chromium) or Chrome, or set CHROMIUM to its path",
  runtime:
    "connect once to the npm registry, for Bun, and to Debian's archive with apt-get, for what releases for Linux bring",
  root: "run the tests as root, or allow user namespaces, with apt-get on the PATH, so that a system with musl can be tried",
  curl: "install curl (apt-get install curl)",
};

/**
 * Whether TEST_REQUIRE lists the requirement.
 *
 * @param {keyof typeof REQUIREMENTS} name
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {Error} when TEST_REQUIRE lists a name that does not exist: a typing mistake must not turn a failure into a skip
 */
export function isRequired(name, env = process.env) {
  const listed = (env.TEST_REQUIRE ?? "").split(",").filter(Boolean);
  for (const word of listed) {
    if (word !== "all" && !Object.hasOwn(REQUIREMENTS, word)) {
      throw new Error(
        `TEST_REQUIRE lists "${word}"; it takes all, or ${Object.keys(REQUIREMENTS).join(", ")}`,
      );
    }
  }
  return listed.includes("all") || listed.includes(name);
}

/**
 * The sentence about what is missing.
 *
 * @param {keyof typeof REQUIREMENTS} name
 * @param {string} [why] what was found out
 */
export function missing(name, why = `${name} not found`) {
  return `${why}: ${REQUIREMENTS[name]}`;
}
