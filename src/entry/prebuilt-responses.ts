/**
 * The responses that depend on nothing but the source, as they travel, in base64 and by RPC. Terraform requests them at each start,
 * and encoding them takes two milliseconds of it, so the build puts them here. Empty in the source: they are encoded when requested.
 */
export const PREBUILT_RESPONSES: Readonly<Record<string, string>> = {};
