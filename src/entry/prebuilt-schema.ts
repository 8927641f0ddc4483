/**
 * The response of GetProviderSchema as it travels, in base64. The build puts it here, because encoding it takes two milliseconds of each
 * start. Empty in the source: it is encoded with the first request then.
 */
export const PREBUILT_SCHEMA: string = "";
