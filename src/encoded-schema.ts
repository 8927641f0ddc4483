/**
 * The answer of GetProviderSchema as it travels, in base64. The build puts it here (scripts/encoded-schema.mjs), as to make it from
 * the schemas takes two milliseconds of each start. Empty in the source, where it is made when it is asked for.
 */
export const ENCODED_SCHEMA: string = "";
