import { FunctionError, type ProviderFunction } from "../../../src/framework/function.ts";
import { dynamicAttribute, stringAttribute, stringListAttribute } from "../../../src/framework/schema.ts";
import { DYNAMIC, STRING } from "../../../src/framework/type.ts";

const joinParameters = {
  words: stringListAttribute({ required: true, description: "What to join." }),
  separator: stringAttribute({ optional: true }),
};

/** `join`: refuses an empty list and meets a bug of its own in another. */
export const joinFunction: ProviderFunction<typeof joinParameters> = {
  summary: "Joins words",
  description: "Joins words with a separator, or with none.",
  parameters: joinParameters,
  returns: STRING,
  call({ words, separator }) {
    if (words.length === 0) throw new FunctionError("there are no words", 0);
    if (words[0] === "bug") throw new TypeError("a bug in join");
    if (words[0] === "general") throw new FunctionError("nothing in particular");
    return words.join(separator ?? "");
  },
};

const echoParameters = { value: dynamicAttribute({ required: true }) };

/** `echo`: returns what it is given, of whatever type. */
export const echoFunction: ProviderFunction<typeof echoParameters> = {
  summary: "Returns its argument",
  description: "",
  parameters: echoParameters,
  returns: DYNAMIC,
  call: ({ value }) => value,
};
